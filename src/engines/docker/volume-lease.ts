import { randomBytes } from 'node:crypto';

import type { Lease, LeaseHolder } from '../../engine/lease.ts';
import { identify, isAlive } from '../../host/process-identity.ts';
import { processSpace } from '../../host/process-space.ts';
import type { DockerContext } from './context.ts';
import { explainRefusal } from './failures.ts';
import { type LeaseRow, leaseRows, type LeaseTable, type Owner } from './lease-rows.ts';

/** Milliseconds between two signs of life. */
const RENEW_EVERY_MS = 10_000;
/** Milliseconds without a sign of life after which the holder, on a machine that we cannot look into, counts as dead. */
const PATIENCE_MS = 30_000;

export interface LeaseClock {
  readonly nowMs: () => number;
}

/**
 * The lease of a project on an engine, for whoever talks to it, from whatever machine.
 *
 * It is a row of numbered volumes, of which the highest counts: the engine makes one of a name once and gives the same
 * to all who ask. Who finds its holder dead makes the next number, and so does the holder, every ten seconds, as a sign
 * of life. A volume needs no image, no program and no address, which a container or a network would.
 */
export function volumeLease(
  context: Pick<DockerContext, 'api' | 'project'>,
  { nowMs }: LeaseClock = { nowMs: () => performance.now() },
): Lease {
  const table = leaseRows(context);
  /** When each sign of life of somebody on another machine was first seen. */
  const seen = new Map<string, number>();
  const isHeld = async ({ name, owner }: LeaseRow, space: string): Promise<boolean> => {
    if (owner === undefined) return false;
    if (owner.space === space) return isAlive(owner);
    if (!seen.has(name)) seen.set(name, nowMs());
    return nowMs() - (seen.get(name) ?? 0) < PATIENCE_MS;
  };
  return {
    async take(command, { signal }) {
      try {
        const [space, me] = await Promise.all([processSpace(), identify(process.pid)]);
        const owner: Owner = {
          command,
          pid: process.pid,
          start: me?.start ?? 'unknown',
          sinceMs: Date.now(),
          space: space.id,
          host: space.host,
          nonce: randomBytes(12).toString('hex'),
        };
        const before = await table.list(signal);
        for (const row of before.toReversed())
          if (await isHeld(row, space.id)) return held(row.owner, space.id);
        const number = Math.max(0, ...before.map((row) => row.number)) + 1;
        const own = await table.claim(number, owner, signal);
        if (own.owner?.nonce !== owner.nonce) return held(own.owner, space.id);
        // Somebody slower may have made a number that was free when he looked.
        const dead = new Set(before.map(({ name }) => name));
        const other = (await table.list(signal)).find(
          ({ name }) => name !== own.name && !dead.has(name),
        );
        if (other !== undefined) {
          await table.remove(own, signal);
          return held(other.owner, space.id);
        }
        await Promise.all(before.map((row) => table.remove(row, signal)));
        return { kind: 'taken', lease: keep(table, own, owner) };
      } catch (error) {
        signal.throwIfAborted();
        throw explainRefusal(error, { doing: `take the lease of ${context.project.name}` });
      }
    },
  };
}

function held(
  owner: Owner | undefined,
  space: string,
): { readonly kind: 'held'; readonly by: LeaseHolder } {
  const { command = 'another command', pid = 0, sinceMs = 0 } = owner ?? {};
  const isElsewhere = owner !== undefined && owner.space !== space;
  return {
    kind: 'held',
    by: { command, pid, sinceMs, ...(isElsewhere && { host: owner.host }) },
  };
}

/** Gives signs of life until it is released. */
function keep(
  table: LeaseTable,
  first: LeaseRow,
  owner: Owner,
): { readonly fence: number; release(): Promise<void> } {
  let row: LeaseRow | undefined = first;
  let renewing = Promise.resolve();
  const patience = (): AbortSignal => AbortSignal.timeout(RENEW_EVERY_MS);
  const renew = async (): Promise<void> => {
    if (row === undefined) return;
    const next = await table.claim(row.number + 1, owner, patience());
    const before = row;
    // We were given up, asleep for too long: the lease is somebody else's.
    row = next.owner?.nonce === owner.nonce ? next : undefined;
    if (row !== undefined) await table.remove(before, patience());
  };
  const timer = setInterval(() => {
    // The engine may be away for a moment: the next sign of life comes soon.
    renewing = renewing.then(renew).catch(() => {});
  }, RENEW_EVERY_MS).unref();
  return {
    fence: owner.sinceMs,
    async release() {
      clearInterval(timer);
      await renewing;
      // What cannot be removed now is found with a dead holder.
      if (row !== undefined) await table.remove(row, patience()).catch(() => {});
    },
  };
}
