import { openSession } from '../actions/session.ts';
import { checkProject } from '../actions/check-project.ts';
import { ExitCode } from '../model/exit-code.ts';
import { diagnosticsToJson, renderDiagnostics } from '../report/render-diagnostic.ts';
import { renderFailure } from '../report/render-finding.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './open.ts';

interface CheckInvocation {
  readonly options: { readonly json: boolean; readonly strict: boolean };
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline check`: what loading finds, and what the engine would refuse. */
export async function runCheck({ options, project, io }: CheckInvocation): Promise<number> {
  await using session = await openSession(loadOptions(project, io), { signal: io.signal });
  const { diagnostics, findings, sources } = await checkProject(session, { signal: io.signal });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (options.json) {
    io.stdout.write(
      `${JSON.stringify({ diagnostics: diagnosticsToJson(diagnostics, sources), findings })}\n`,
    );
  } else {
    const style = { color: io.stderr.color, width: io.stderr.width ?? 120, cwd: io.cwd };
    if (diagnostics.length > 0) io.stderr.write(renderDiagnostics(diagnostics, sources, style));
    if (findings.length > 0)
      io.stderr.write(renderFailure('cannot run here now', findings, { ...style, sources }));
    if (diagnostics.length + findings.length === 0) {
      const { project: loaded } = session;
      io.stdout.write(
        `${loaded.name}: ${loaded.services.length} services, nothing to complain about\n`,
      );
    }
  }
  if (errors > 0 || (options.strict && diagnostics.length > 0)) return ExitCode.wrong;
  return findings.length > 0 ? ExitCode.failed : ExitCode.done;
}
