import { pathToFileURL } from 'node:url';

import { checkProject, type CheckResult } from '../actions/check-project.ts';
import { errorCodes, errorPages } from '../actions/error-pages.ts';
import { ExitCode } from '../model/exit-code.ts';
import { diagnosticsToJson, renderDiagnostics } from '../report/render-diagnostic.ts';
import { renderFailure } from '../report/render-finding.ts';
import { renderVerdicts, verdictsToJson } from '../report/render-verdicts.ts';
import { toSarif } from '../report/sarif.ts';
import type { ProjectOptions } from './command.ts';
import { hintAtExplain } from './explain-hint.ts';
import type { Io } from './io.ts';
import { loadOptions } from './load-options.ts';
import { type FixOutcome, runFix } from './run-fix.ts';

interface CheckOptions {
  readonly fix: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly sarif: boolean;
  readonly strict: boolean;
  readonly engine: 'native' | 'docker' | 'kubernetes' | undefined;
}

interface CheckInvocation {
  readonly options: CheckOptions;
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline check`: what loading finds, what the engine would refuse, and what can be put right. */
export async function runCheck({ options, project, io }: CheckInvocation): Promise<number> {
  const json = options.json || options.sarif;
  const fixed = options.fix
    ? await runFix({ options: { yes: options.yes, json }, project, io })
    : undefined;
  const codes = await errorCodes(io.documentation);
  const result = await checkProject(
    { ...loadOptions(project, io), advice: true, engine: options.engine ?? 'native', codes },
    { signal: io.signal },
  );
  if (options.sarif) await printSarif(result, io);
  else if (options.json) printJson(result, { options, fixed, io });
  else printForPeople(result, { options, fixed, io });
  return exitCodeOf(result, options.strict, fixed);
}

interface Printing {
  readonly options: CheckOptions;
  readonly fixed: FixOutcome | undefined;
  readonly io: Io;
}

function exitCodeOf(
  { diagnostics, findings }: CheckResult,
  strict: boolean,
  fixed: FixOutcome | undefined,
): number {
  if (fixed?.kind === 'left') return ExitCode.pending;
  const errors = diagnostics.some(({ severity }) => severity === 'error');
  if (errors || (strict && diagnostics.length > 0)) return ExitCode.wrong;
  return findings.length > 0 ? ExitCode.failed : ExitCode.done;
}

async function printSarif({ diagnostics, silenced, sources }: CheckResult, io: Io): Promise<void> {
  const known = await errorCodes(io.documentation);
  const used = new Set(
    [...diagnostics, ...silenced.map((each) => each.diagnostic)].map(({ code }) => code),
  );
  const pages = await errorPages(
    io.documentation,
    known.filter((code) => [...used].some((each) => each === code)),
  );
  const log = toSarif(diagnostics, {
    version: io.programs.version,
    cwd: io.cwd,
    uriOf,
    sources,
    silenced,
    pages,
  });
  io.stdout.write(`${JSON.stringify(log, undefined, 2)}\n`);
}

const uriOf = (path: string): string => pathToFileURL(path).href;

function printJson(result: CheckResult, { options, fixed, io }: Printing): void {
  const { diagnostics, silenced, findings, sources, keys } = result;
  const waived = diagnosticsToJson(
    silenced.map(({ diagnostic }) => diagnostic),
    sources,
  );
  io.stdout.write(
    `${JSON.stringify({
      diagnostics: diagnosticsToJson(diagnostics, sources),
      silenced: waived.map((each, index) => ({ ...each, reason: silenced[index]?.silence.reason })),
      findings,
      ...(options.engine !== undefined && {
        engine: options.engine,
        keys: verdictsToJson(keys, sources),
      }),
      ...(fixed !== undefined && {
        fix: { written: fixed.kind === 'written', fixes: fixed.fixes, diff: fixed.diff },
      }),
    })}\n`,
  );
}

function printForPeople(result: CheckResult, { options, fixed, io }: Printing): void {
  const { diagnostics, findings, sources, keys, project } = result;
  const style = { color: io.stderr.color, width: io.stderr.width ?? 120, cwd: io.cwd };
  if (diagnostics.length > 0) io.stderr.write(renderDiagnostics(diagnostics, sources, style));
  if (findings.length > 0)
    io.stderr.write(renderFailure('cannot run here now', findings, { ...style, sources }));
  hintAtExplain([...diagnostics, ...findings], io);
  if (fixed !== undefined) io.stderr.write(`${fixLine(fixed)}\n`);
  if (options.engine !== undefined && keys.length > 0) {
    const table = { color: io.stdout.color, cwd: io.cwd, sources, engine: options.engine };
    const { width } = io.stdout;
    io.stdout.write(renderVerdicts(keys, { ...table, ...(width !== undefined && { width }) }));
  } else if (diagnostics.length + findings.length === 0 && project !== undefined) {
    const count = project.services.length;
    io.stdout.write(`${project.name}: ${count} services, nothing to complain about\n`);
  }
}

function fixLine({ kind, fixes }: FixOutcome): string {
  const count = fixes.length === 1 ? '1 mistake' : `${fixes.length} mistakes`;
  switch (kind) {
    case 'nothing':
      return 'nothing that could be fixed by itself';
    case 'written':
      return `fixed ${count}`;
    case 'left':
      return `${count} would be fixed by the lines above; nothing was changed. To change it: bowline check --fix --yes`;
  }
}
