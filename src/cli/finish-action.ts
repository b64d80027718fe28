import { sourcesOf } from '../actions/sources-of.ts';
import type { Session } from '../actions/session.ts';
import { findingsOf, type Outcome } from '../actions/up.ts';
import { ExitCode } from '../model/exit-code.ts';
import { secretsOf } from '../model/secrets.ts';
import { renderFailure } from '../report/render-finding.ts';
import { exitCodeOfFindings } from './exit-code-of-findings.ts';
import type { Io } from './io.ts';
import { redacted } from './redacted.ts';

/** Prints the failure block if there was one, and gives the exit code. */
export async function finishAction({
  session,
  outcome,
  io,
  json,
  headline,
}: {
  readonly session: Session;
  readonly outcome: Outcome;
  readonly io: Io;
  readonly json: boolean;
  readonly headline: string;
}): Promise<number> {
  if (outcome.kind === 'done') return ExitCode.done;
  const findings = redacted(findingsOf(outcome), secretsOf(session.project));
  if (!json) {
    const sources = await sourcesOf(findings, session.sources);
    const style = { color: io.stderr.color, sources, cwd: io.cwd };
    io.stderr.write(renderFailure(headline, findings, style));
  }
  return exitCodeOfFindings(findings);
}
