import { chmod, stat } from 'node:fs/promises';

import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import type { PostgresServer } from './server-process.ts';

/**
 * Sees to it that the server will take the data folder for its own: PostgreSQL wants it to belong to its user and to be
 * closed to others. Root makes it over, as the image does; anybody else can only say so.
 *
 * @throws {RunError} `postgres/folder-not-writable`
 */
export async function adoptFolder(
  { folder, launcher, service }: PostgresServer,
  signal: AbortSignal,
): Promise<void> {
  const { uid, gid } = launcher.owner;
  const found = await stat(folder);
  if (found.uid !== uid) {
    if (process.getuid?.() !== 0) {
      throw new RunError([
        {
          code: 'postgres/folder-not-writable',
          service: service.name,
          cause: `the data in ${folder} belong to user ${found.uid}, and PostgreSQL runs as user ${uid} here`,
          fix: [`Make them yours: sudo chown -R ${uid}:${gid} ${folder}`],
          ...(service.at !== undefined && { at: service.at }),
        },
      ]);
    }
    await runCommand(['chown', '-R', `${uid}:${gid}`, folder], {
      environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      signal,
    });
  }
  // Group access is the most that PostgreSQL allows.
  if ((found.mode & 0o027) !== 0) await chmod(folder, found.mode & 0o750);
}
