import { Interrupted } from '../actions/interrupted.ts';
import { sourcesOf } from '../actions/sources-of.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import { RunError } from '../model/finding.ts';
import { diagnosticsToJson, renderDiagnostics } from '../report/render-diagnostic.ts';
import { renderFailure } from '../report/render-finding.ts';
import { hintAtExplain } from './explain-hint.ts';
import type { Io } from './io.ts';
import { redacted } from './redacted.ts';
import { systemFailure } from './system-failure.ts';

/** Prints why a command failed, once, and gives the exit code that says the same. */
export async function reportFailure(error: unknown, io: Io): Promise<number> {
  if (error instanceof Interrupted) return ExitCode.interrupted;
  const asJson = process.argv.includes('--json');
  if (error instanceof ComposeError) {
    const { diagnostics, sources } = error;
    const style = { color: io.stderr.color, width: io.stderr.width ?? 120, cwd: io.cwd };
    if (asJson)
      io.stdout.write(
        `${JSON.stringify({ diagnostics: diagnosticsToJson(diagnostics, sources) })}\n`,
      );
    else {
      io.stderr.write(renderDiagnostics(diagnostics, sources, style));
      hintAtExplain(diagnostics, io);
    }
    return ExitCode.wrong;
  }
  if (error instanceof RunError) {
    const { exitCode } = error;
    const findings = redacted(error.findings, io.secrets);
    if (asJson) io.stdout.write(`${JSON.stringify({ findings })}\n`);
    else {
      const style = { color: io.stderr.color, sources: await sourcesOf(findings), cwd: io.cwd };
      io.stderr.write(renderFailure(headlineOf(findings.length), findings, style));
      hintAtExplain(findings, io);
    }
    return exitCode;
  }
  const failure = systemFailure(error);
  if (failure !== undefined) return reportFailure(new RunError([failure], { cause: error }), io);
  return reportBug(error, io);
}

function headlineOf(count: number): string {
  return count === 1 ? 'not done' : `not done, for ${count} reasons`;
}

function reportBug(error: unknown, io: Io): number {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(
    `✗ bowline ${io.programs.version} met something it did not expect. This is a mistake in bowline; please report it with the lines below.\n` +
      `  node ${process.version} on ${process.platform} ${process.arch}\n${trace}\n`,
  );
  return ExitCode.failed;
}
