import { runCommand } from '../../../host/run-command.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { launched, type Launcher } from './launcher.ts';

/**
 * Has every file of a new cluster written to the disk, as `initdb` would have done before it ended. The server may run
 * meanwhile. Never rejects: without it, the system writes them by itself within half a minute.
 */
export async function makeDurable(
  folder: string,
  {
    binaries,
    launcher,
    signal,
  }: {
    readonly binaries: PostgresBinaries;
    readonly launcher: Launcher;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const args = ['--sync-only', `--pgdata=${folder}`];
  await runCommand(launched(launcher, `${binaries.bin}/initdb`, args), {
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
    signal,
  }).catch(() => {});
}
