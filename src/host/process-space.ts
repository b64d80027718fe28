import { readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

import { bootId } from './process-identity.ts';

/** Where numbers of processes mean something: one run of one machine's system, and in it one PID namespace. */
export interface ProcessSpace {
  /** The same for whoever sees the same processes under the same numbers. */
  readonly id: string;
  /** Of the machine, for people. */
  readonly host: string;
}

export async function processSpace(): Promise<ProcessSpace> {
  // Other systems than Linux have one for all.
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { id: `${await bootId()} ${namespace}`.trim(), host: hostname() };
}
