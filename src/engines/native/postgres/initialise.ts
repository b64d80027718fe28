import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { adoptFolder } from './adopt-folder.ts';
import { copyCluster } from './copy-cluster.ts';
import { recordCredentials } from './credentials-record.ts';
import { beginCluster, clusterStateOf, emptyCluster, endCluster } from './data-folder.ts';
import { makeDurable } from './durable.ts';
import { hostRules } from './host-rules.ts';
import { initFilesOf } from './init-files.ts';
import { ForeignFiles, initProblem, MissingPassword } from './init-problem.ts';
import type { InitialiseOptions } from './initialise-options.ts';
import { clusterLocale, installedLocales } from './locale.ts';
import { runInitFiles } from './run-init-files.ts';
import type { PostgresServer } from './server-process.ts';
import { endServer } from './server-processes.ts';
import type { PostgresSettings } from './settings.ts';
import { renewSystemIdentifier } from './system-identifier.ts';
import { clusterTemplate, type ClusterWish } from './template.ts';
import { moveWal, walFolderOf, withoutWalFolder } from './wal-folder.ts';

export interface Initialised {
  /** False: there was a cluster already. */
  readonly changed: boolean;
  /** Resolves when everything is on the disk; the server need not wait for it. Never rejects. */
  readonly durable: Promise<void>;
}

/**
 * Does what the image does at its first start: a cluster, its superuser and database, and the files of
 * `/docker-entrypoint-initdb.d`. The cluster counts only when all of that has succeeded; until then, and after any crash,
 * the next call begins anew.
 *
 * @throws {RunError} `postgres/init-failed`, `postgres/disk-full`, `postgres/folder-not-writable`, …
 */
export async function initialise(
  server: PostgresServer,
  settings: PostgresSettings,
  options: InitialiseOptions,
): Promise<Initialised> {
  const { folder } = server;
  const state = await clusterStateOf(folder);
  if (state.kind === 'ready') {
    await adoptFolder(server, options.signal);
    return { changed: false, durable: Promise.resolve() };
  }
  try {
    if (state.kind === 'foreign') throw new ForeignFiles(folder, state.names);
    if (settings.password === undefined && settings.hostAuthMethod !== 'trust') {
      throw new MissingPassword();
    }
    if (state.kind === 'unfinished') await endServer(folder);
    await makeCluster(server, settings, options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw initProblem(error, server);
  }
  const durable = makeDurable(folder, { ...server, signal: options.signal });
  return { changed: true, durable };
}

async function makeCluster(
  server: PostgresServer,
  settings: PostgresSettings,
  options: InitialiseOptions,
): Promise<void> {
  const { folder } = server;
  const template = await clusterTemplate(await wishOf(server, settings, options), {
    ...server,
    cache: options.cache,
    signal: options.signal,
  });
  await beginCluster(folder);
  try {
    await copyCluster(template, folder, options.signal);
    await makeOwn(server, settings, options.signal);
    const files = await initFilesOf(server.service);
    if (files.length > 0) await runInitFiles(files, { server, settings, options });
    await endCluster(folder);
  } catch (error) {
    // Nothing half-done stays behind; should even that fail, the mark in the folder says so.
    await endServer(folder);
    await emptyCluster(folder).then(
      () => endCluster(folder),
      () => {},
    );
    throw error;
  }
  say(server, options, 'PostgreSQL init process complete; ready for start up.');
}

function say({ service }: PostgresServer, { emit }: InitialiseOptions, text: string): void {
  emit({ kind: 'output', service: service.name, text });
}

async function wishOf(
  { service, binaries }: PostgresServer,
  { user, database, password, initdbArgs }: PostgresSettings,
  options: InitialiseOptions,
): Promise<ClusterWish> {
  const locale = clusterLocale(binaries.major, await installedLocales(options), {
    environment: service.environment,
    initdbArgs,
  });
  const args = [...locale.args, ...withoutWalFolder(initdbArgs)];
  return { user, database, ...(password !== undefined && { password }), args, locale };
}

/** What makes a copy of a template this cluster: its identifier, its rules of access, its place for the log. */
async function makeOwn(
  server: PostgresServer,
  settings: PostgresSettings,
  signal: AbortSignal,
): Promise<void> {
  const { folder, launcher } = server;
  const { uid, gid } = launcher.owner;
  await renewSystemIdentifier(folder, Date.now());
  const configuration = await readFile(join(folder, 'postgresql.conf'), 'utf8');
  const method = /^password_encryption\s*=\s*'?([\w-]+)/m.exec(configuration)?.[1];
  await writeFile(join(folder, 'pg_hba.conf'), hostRules(settings, method ?? 'scram-sha-256'));
  await recordCredentials(folder, settings);
  const wal = walFolderOf(settings);
  if (wal !== undefined) await moveWal(server, wal, signal);
  if (uid !== process.getuid?.()) await chown(folder, uid, gid);
}
