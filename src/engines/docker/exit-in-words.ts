import type { ContainerState } from './shapes.ts';

const MEANINGS: Readonly<Record<number, string>> = {
  126: 'the command is there, but cannot be run: not executable, or of another format',
  127: 'the command, or one that its script calls, was not found',
  137: 'killed',
  139: 'crashed: segmentation fault',
  143: 'ended by SIGTERM',
};

/** How a container ended, as the rest of a sentence: `exited with code 1 (…)`. */
export function exitInWords({
  ExitCode,
  OOMKilled,
}: Pick<ContainerState, 'ExitCode' | 'OOMKilled'>): string {
  if (OOMKilled) return 'was killed, for it took more memory than it may';
  const meaning = MEANINGS[ExitCode];
  return `exited with code ${ExitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
}
