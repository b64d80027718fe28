import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { removeCgroups } from './cgroups.ts';
import { command } from './command.ts';
import { type Bed, folderOf } from './layout.ts';
import { removeNetwork } from './network.ts';

/** Remembers that from now on chains, addresses and control groups of these names are ours. */
export function begin(bed: Bed): void {
  writeFileSync(join(folderOf(bed), 'begun'), '');
}

/** Takes away what the kernel keeps after the processes of the bed have ended, if it ever began. */
export async function cleanUp(bed: Bed): Promise<void> {
  const begun = join(bed.folder, 'begun');
  if (!existsSync(begun)) return;
  await removeNetwork(bed);
  await removeCgroups(bed);
  rmSync(begun);
}

/** Whether chains with the names of the bed's are there. */
export async function hasChains({ chains }: Bed): Promise<boolean> {
  const lines = (await command('iptables-save', [])).split('\n');
  return lines.some((line) => line.startsWith(':') && chains.test(line.slice(1)));
}
