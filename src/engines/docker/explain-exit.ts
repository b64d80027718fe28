import { causesInLog } from '../../diagnose/diagnose-service.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import type { DockerContext } from './context.ts';
import { readLogs } from './logs.ts';

const LAST_LINES = 12;

/** Adds the last lines of a service's log to findings that have no proof of their own, and what these say of the cause. */
export async function explainExit(
  context: DockerContext,
  error: unknown,
  { service, signal }: { readonly service: Service; readonly signal: AbortSignal },
): Promise<unknown> {
  if (!(error instanceof RunError)) return error;
  const findings = await Promise.all(
    error.findings.map(async (finding): Promise<Finding> => {
      if (finding.proof !== undefined) return { at: service.at, ...finding };
      const proof = await lastLines(context, service, signal);
      return { at: service.at, ...withCause(finding, { context, service, lines: proof }) };
    }),
  );
  return new RunError(findings, { cause: error, exitCode: error.exitCode });
}

function withCause(
  finding: Finding,
  {
    context: { project },
    service,
    lines,
  }: {
    readonly context: DockerContext;
    readonly service: Service;
    readonly lines: readonly string[];
  },
): Finding {
  if (lines.length === 0) return finding;
  const [found] = causesInLog({ project, service, lines });
  if (found === undefined) return { ...finding, proof: lines };
  return { ...found, cause: `${found.cause}; ${finding.cause}`, proof: lines };
}

async function lastLines(
  context: DockerContext,
  { name }: Service,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const query = { services: [name], follow: false, tail: LAST_LINES };
  for await (const { text } of readLogs(context, query, signal)) lines.push(text);
  return lines.slice(-LAST_LINES);
}
