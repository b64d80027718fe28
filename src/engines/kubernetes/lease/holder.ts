import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import type { LeaseHolder } from '../../../engine/lease.ts';
import { bootId, identify, isAlive } from '../../../host/process-identity.ts';

/** Who holds a lease, so that its own machine can see whether it still lives. */
export interface ClusterHolder extends LeaseHolder {
  readonly host: string;
  /** Of no other holder, ever. */
  readonly id: string;
  /** Where its number means something: this run of this system, and the space of numbers in which it is counted. */
  readonly system: string;
  readonly start: string;
}

export async function holderHere(command: string, nowMs: number): Promise<ClusterHolder> {
  const { pid } = process;
  const host = hostname();
  return {
    command,
    pid,
    sinceMs: nowMs,
    host,
    id: `${host}_${pid}_${randomUUID()}`,
    system: await systemId(),
    start: (await identify(pid))?.start ?? 'unknown',
  };
}

/** Whether it is known, not only likely, that the holder has ended: of another machine nothing is known. */
export async function hasEnded(holder: ClusterHolder): Promise<boolean> {
  if (holder.system !== (await systemId())) return false;
  return !(await isAlive(holder));
}

/** Two containers of a machine have one boot, and different processes of the same number. */
async function systemId(): Promise<string> {
  const boot = await bootId();
  if (process.platform !== 'linux') return boot;
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
}

export function textOfHolder({
  command,
  pid,
  sinceMs,
  host,
  system,
  start,
}: ClusterHolder): string {
  return JSON.stringify({ command, pid, sinceMs, host, system, start });
}

/** What another version or another program wrote is told as far as it is understood. */
export function parseHolder(id: string, text: string): ClusterHolder {
  const known = fieldsOf(text);
  const word = (name: string): string | undefined => {
    const value = known[name];
    return typeof value === 'string' ? value : undefined;
  };
  const count = (name: string): number => {
    const value = known[name];
    return typeof value === 'number' ? value : 0;
  };
  return {
    command: word('command') ?? 'another command',
    pid: count('pid'),
    sinceMs: count('sinceMs'),
    host: word('host') ?? id,
    id,
    system: word('system') ?? '',
    start: word('start') ?? '',
  };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
