import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { CommandError, command } from '../command.ts';
import { type Bed, beds } from '../layout.ts';
import { processesOf } from '../space.ts';
import { until } from '../until.ts';
import { type Machine, look } from './machine.ts';

const script = join(import.meta.dirname, '../../../scripts/bed.mjs');

/** Carries out what `npm run bed:<name>` does. */
export function carryOut(bed: Bed, verb: 'up' | 'down'): Promise<string> {
  return command(process.execPath, [script, bed.name, verb], { timeoutMs: 3_600_000 });
}

/** A machine before its bed was started, or why that cannot be. */
export type FirstStart =
  | { readonly kind: 'up'; readonly before: Machine }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Starts a bed, which fills its caches: in the midst of a test that would take too long. */
export async function startFirst(bed: Bed): Promise<FirstStart> {
  const running = beds.find((each) => processesOf(each).length > 0);
  if (running !== undefined)
    return { kind: 'skipped', reason: `the ${running.title} is up, and this would stop it` };
  try {
    const before = await look();
    await carryOut(bed, 'up');
    return { kind: 'up', before };
  } catch (error) {
    const reason = error instanceof CommandError ? error.stderr.trim() : String(error);
    return { kind: 'skipped', reason };
  }
}

/** Starts a bed and kills the whole command as soon as this file of the bed is there. */
export async function killDuringStart(bed: Bed, ...file: readonly string[]): Promise<void> {
  const path = join(bed.folder, ...file);
  rmSync(path, { force: true });
  const child = spawn(process.execPath, [script, bed.name], { detached: true, stdio: 'ignore' });
  const ended = once(child, 'exit');
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await until(`${path} to be there`, () => isThere(path, child), { timeoutMs: 120_000 });
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  await ended;
}

function isThere(path: string, child: ChildProcess): boolean {
  if (existsSync(path)) return true;
  if (child.exitCode !== null) throw new Error(`the bed was up before ${path} was there`);
  return false;
}
