import { exitInWords } from '../../diagnose/exit-in-words.ts';
import type { ContainerState } from './shapes.ts';

/** How a container ended, as the rest of a sentence; the engine knows when it was for want of memory. */
export function endInWords({
  ExitCode,
  OOMKilled,
}: Pick<ContainerState, 'ExitCode' | 'OOMKilled'>): string {
  if (OOMKilled) return 'was killed, for it took more memory than it may';
  return exitInWords({ kind: 'code', code: ExitCode });
}
