import type { ExitStatus } from '../model/observed.ts';

/** How it ended, as the rest of a sentence: `exited with code 1 (…)`. */
export function exitInWords(exit: ExitStatus): string {
  switch (exit.kind) {
    case 'code': {
      const meaning = MEANINGS[exit.code];
      return `exited with code ${exit.code}${meaning === undefined ? '' : ` (${meaning})`}`;
    }
    case 'signal':
      return exit.signal === 'SIGKILL'
        ? 'was killed (SIGKILL: by hand, or for want of memory)'
        : `was ended by ${exit.signal}`;
    case 'unknown':
      return 'ended; nobody saw how';
  }
}

const MEANINGS: Readonly<Record<number, string>> = {
  126: 'the command is there, but cannot be run: not executable, or of another format',
  127: 'the command, or one that its script calls, was not found',
  137: 'killed: by hand, or for want of memory',
  139: 'crashed: segmentation fault',
  143: 'ended by SIGTERM',
};
