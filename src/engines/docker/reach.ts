import { errorCodeOf } from '../../host/error-code.ts';
import { trustExtraCertificates } from '../../host/extra-certificates.ts';
import { askEndpoint, type HttpEndpoint, isSecured } from '../../host/http-endpoint.ts';
import type { Reached } from '../../model/reached.ts';
import { type DockerSurroundings, findEndpoint } from './endpoint.ts';

/** An engine that hangs must not hold up a command that could go on without it. */
const PATIENCE_MS = 2000;

/** Is there an engine here, and if not, why not? Without a socket it costs a few looks at the file system. */
export async function reachDocker(
  around: DockerSurroundings,
  { signal, context }: { readonly signal: AbortSignal; readonly context?: string },
): Promise<Reached> {
  const found = findEndpoint(around, context);
  if (found.kind === 'none') {
    return {
      kind: 'unreachable',
      reason: 'there is no socket of an engine here',
      fix: `Start Docker or Podman, or set DOCKER_HOST. Looked for: ${found.looked.join(', ')}.`,
    };
  }
  if (found.kind === 'unusable') {
    return {
      kind: 'unreachable',
      reason: `${found.from}: ${found.why}`,
      fix: 'docker context ls lists the contexts; DOCKER_HOST takes unix:///path, tcp://host:port or ssh://user@host.',
    };
  }
  if (isSecured(found.endpoint)) trustExtraCertificates(around.environment);
  try {
    return await versionOf(found.endpoint, signal);
  } catch (error) {
    signal.throwIfAborted();
    return whyNot(error, found.from);
  }
}

async function versionOf(endpoint: HttpEndpoint, signal: AbortSignal): Promise<Reached> {
  const response = await askEndpoint(endpoint, {
    method: 'GET',
    path: '/version',
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  const answer: unknown = JSON.parse(text);
  const field = (name: string): string => {
    const value =
      typeof answer === 'object' && answer !== null
        ? Object.entries(answer).find(([key]) => key === name)?.[1]
        : undefined;
    return typeof value === 'string' ? value : '?';
  };
  return { kind: 'reachable', version: field('Version'), detail: `API ${field('ApiVersion')}` };
}

function whyNot(error: unknown, from: string): Reached {
  const code = errorCodeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      kind: 'unreachable',
      reason: `this user may not use ${from}`,
      fix: 'Add the user to the group that owns the socket, as in: sudo usermod -aG docker $USER; then log in again.',
    };
  }
  const silent = error instanceof Error && error.name === 'TimeoutError';
  return {
    kind: 'unreachable',
    reason: silent
      ? `no answer from ${from} in ${PATIENCE_MS / 1000} s`
      : `nobody answers at ${from} (${error instanceof Error ? error.message : String(error)})`,
    fix: 'Start the engine, as in: sudo systemctl start docker.',
  };
}
