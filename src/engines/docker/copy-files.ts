import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';

import type { CopyRequest } from '../../engine/container-tools.ts';
import { unpackArchive } from '../../host/unpack-archive.ts';
import { RunError } from '../../model/finding.ts';
import { containersOf, numberOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { explainRefusal } from './failures.ts';

/** Copies a file or a folder between this machine and the container of a service, which need not run. */
export async function copyFiles(
  context: DockerContext,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<void> {
  const { service, number } = request;
  const container = (await containersOf(context, service, signal)).find(
    (each) => number === undefined || numberOf(each) === number,
  );
  if (container === undefined) {
    throw new RunError([
      { code: 'docker/not-running', service, cause: `there is no container of ${service}` },
    ]);
  }
  try {
    await (request.kind === 'from'
      ? copyFrom(context, container.Id, { ...request, signal })
      : copyTo(context, container.Id, { ...request, signal }));
  } catch (error) {
    signal.throwIfAborted();
    throw explainRefusal(error, { service, doing: `copy ${request.path}` });
  }
}

async function copyFrom(
  { api }: DockerContext,
  id: string,
  {
    path,
    to,
    signal,
  }: { readonly path: string; readonly to: string; readonly signal: AbortSignal },
): Promise<void> {
  const body = await api.stream({ path: `/containers/${id}/archive`, query: { path }, signal });
  await unpackArchive(body, to);
}

async function copyTo(
  context: DockerContext,
  id: string,
  {
    path,
    from,
    signal,
  }: { readonly path: string; readonly from: string; readonly signal: AbortSignal },
): Promise<void> {
  const { packTar } = await import('modern-tar/fs');
  const source = await stat(from);
  const isInto = path.endsWith('/') || (await isFolderInside(context, id, { path, signal }));
  const name = isInto ? basename(from) : posix.basename(path);
  const archive = packTar([
    { type: source.isDirectory() ? 'directory' : 'file', source: from, target: name },
  ]);
  await context.api.call({
    method: 'PUT',
    path: `/containers/${id}/archive`,
    query: { path: isInto ? path : posix.dirname(path) },
    headers: { 'content-type': 'application/x-tar' },
    body: archive,
    signal,
  });
}

/** The engine says what a path is in a header, as JSON in base64. */
async function isFolderInside(
  { api }: DockerContext,
  id: string,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const body = await api
    .stream({ path: `/containers/${id}/archive`, query: { path: `${path}/.` }, signal })
    .catch(() => undefined);
  body?.destroy();
  return body !== undefined;
}
