import type { Io } from './io.ts';

/** The same line is told again when something else was told in between, or after a while. */
const FORGET_MS = 10_000;

/** Writes what goes wrong, and not the same thing again and again. */
export function sayWhenNew({ stderr }: Io): (text: string) => void {
  let last = { text: '', atMs: 0 };
  return (text) => {
    const now = { text, atMs: performance.now() };
    const isNew = text !== last.text || now.atMs - last.atMs > FORGET_MS;
    if (isNew) last = now;
    if (isNew) stderr.write(`${text}\n`);
  };
}
