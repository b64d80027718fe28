import { join } from 'node:path';

import type { Lease } from '../../engine/lease.ts';
import { errorCodeOf } from '../../host/error-code.ts';
import { bootId, identify } from '../../host/process-identity.ts';
import { releaseProcessLock, takeProcessLock } from '../../host/process-lock.ts';

const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST']);

/** The lease of a project on this machine: a lock that ends with the process that holds it. */
export function fileLease(state: string): Lease {
  const folder = join(state, 'lease');
  return {
    async take(command, { signal }) {
      signal.throwIfAborted();
      const identity = await identify(process.pid);
      const start = identity?.start ?? 'unknown';
      const sinceMs = Date.now();
      const me = { pid: process.pid, start, boot: await bootId(), note: { command, sinceMs } };
      const answer = await takeProcessLock(folder, me).catch((error: unknown) => {
        // Where nothing can be written, nothing can be changed: preflight says so in better words.
        if (NOT_WRITABLE.has(errorCodeOf(error) ?? '')) return undefined;
        throw error;
      });
      if (answer === undefined)
        return { kind: 'taken', lease: { fence: 0, release: async () => {} } };
      if (answer.kind === 'taken') {
        const { pid, note } = answer.by;
        return {
          kind: 'held',
          by: { pid, command: note?.command ?? 'another command', sinceMs: note?.sinceMs ?? 0 },
        };
      }
      const { number } = answer;
      return {
        kind: 'taken',
        lease: { fence: number, release: () => releaseProcessLock(folder, number) },
      };
    },
  };
}
