import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import { bootId } from '../../../host/process-identity.ts';
import { runCommand } from '../../../host/run-command.ts';
import type { IsolationLevel } from '../isolation.ts';
import { namespaceProcess } from './mount-namespace.ts';

/** What this machine allows. */
export interface IsolationAnswer {
  readonly level: IsolationLevel;
  /** Why not more: what the system said. */
  readonly reason?: string;
}

export interface ProbeOptions {
  /** Folder of bowline's cache: the answer is kept there until the next boot. */
  readonly cache: string;
  readonly unshare: string | undefined;
  readonly uid: number;
  readonly gid: number;
  readonly signal: AbortSignal;
}

/** Really runs one process in a mount namespace; what a system says of itself is not to be relied on. */
export async function probeIsolation(options: ProbeOptions): Promise<IsolationAnswer> {
  const { cache, uid, unshare } = options;
  if (process.platform !== 'linux')
    return { level: 'none', reason: `${process.platform} has no mount namespaces` };
  if (unshare === undefined) return { level: 'none', reason: 'the program "unshare" is missing' };
  const file = join(cache, `isolation-${uid}.json`);
  const boot = await bootId();
  const known = await remembered(file, boot);
  if (known !== undefined) return known;
  const answer = await tryOnce({ ...options, unshare });
  await writeFileAtomically(file, JSON.stringify({ boot, ...answer }));
  return answer;
}

async function tryOnce({
  cache,
  unshare,
  uid,
  gid,
  signal,
}: ProbeOptions & { readonly unshare: string }): Promise<IsolationAnswer> {
  const scratch = join(cache, `isolation-probe-${uid}-${process.pid}`);
  const { mkdir, rm, writeFile } = await import('node:fs/promises');
  try {
    await mkdir(scratch, { recursive: true });
    await writeFile(join(scratch, 'word'), 'seen\n');
    const target = '/bowline probe/word';
    const { argv } = namespaceProcess(
      { argv: ['/bin/cat', target], cwd: '/', environment: new Map() },
      { views: [{ source: join(scratch, 'word'), target, readOnly: true }], hosts: new Map() },
      { scratch, unshare, uid, gid },
    );
    const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
    const { stdout, stderr } = await runCommand(argv, { environment, signal });
    return stdout === 'seen\n'
      ? { level: 'mount' }
      : { level: 'none', reason: stderr.trim().split('\n')[0] ?? 'no answer' };
  } catch (error) {
    signal.throwIfAborted();
    return { level: 'none', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function remembered(file: string, boot: string): Promise<IsolationAnswer | undefined> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this program wrote it; checked below
    const kept = JSON.parse(await readFile(file, 'utf8')) as IsolationAnswer & { boot: string };
    const { boot: then, level, reason } = kept;
    if (then !== boot || (level !== 'mount' && level !== 'none')) return undefined;
    return reason === undefined ? { level } : { level, reason };
  } catch {
    return undefined;
  }
}
