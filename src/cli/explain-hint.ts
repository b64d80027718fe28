import type { Io } from './io.ts';

/** Says, once a run and only to a person, how to learn more about what was printed. */
export function hintAtExplain(shown: readonly { readonly code: string }[], io: Io): void {
  const [first] = shown;
  if (first === undefined || !io.stderr.isTerminal || io.hints.has('explain')) return;
  io.hints.add('explain');
  io.stderr.write(`More about it: bowline explain ${first.code}\n`);
}
