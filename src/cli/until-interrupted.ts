import { once } from 'node:events';

import type { Io } from './io.ts';

/** Resolves at Ctrl-C. */
export async function untilInterrupted({ signal }: Io): Promise<void> {
  // Nothing else may be waited for: a promise alone does not keep the program alive.
  const alive = setInterval(() => {}, 0x7fff_ffff);
  try {
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    clearInterval(alive);
  }
}
