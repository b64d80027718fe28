import { script } from '@bomb.sh/tab';

import { ComposeError } from '../model/diagnostic.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

/** Prints the script that teaches a shell to complete `bowline`. */
export function runCompletion(shell: string): number {
  if (!SHELLS.includes(shell)) {
    throw new ComposeError(
      [
        {
          code: 'arguments/wrong-value',
          severity: 'error',
          message: `there is no completion for "${shell}"`,
          help: `Shells: ${SHELLS.join(', ')}.`,
        },
      ],
      { sources: new Map() },
    );
  }
  script(shell, 'bowline', 'bowline');
  return 0;
}
