import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { removeCgroups } from './cgroups.ts';
import { command } from './command.ts';
import { type RootfulBed, folderOf } from './layout.ts';
import { removeNetwork } from './network.ts';

/** Remembers that from now on chains, addresses and control groups of these names are ours. */
export function begin(bed: RootfulBed): void {
  writeFileSync(join(folderOf(bed), 'begun'), '');
}

/** Takes away what the kernel keeps after the processes of the bed have ended, if it ever began. */
export async function cleanUp(bed: RootfulBed): Promise<void> {
  const begun = join(bed.folder, 'begun');
  if (!existsSync(begun)) return;
  await removeNetwork(bed);
  await removeCgroups(bed);
  rmSync(begun);
}

/** Whether there are chains or interfaces with the names of the bed's. Asked when they cannot be the bed's. */
export async function hasTraces({ chains, interfaces }: RootfulBed): Promise<boolean> {
  const lines = (await command('iptables-save', [])).split('\n');
  if (lines.some((line) => line.startsWith(':') && chains.test(line.slice(1)))) return true;
  return readdirSync('/sys/class/net').some((name) => interfaces.test(name));
}
