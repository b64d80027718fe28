import type { EventStyle } from '../report/render-event.ts';
import type { Io } from './io.ts';

/** Times where nobody watches, and lines as wide as the terminal where somebody does. */
export function eventStyleOf({ stderr }: Io): EventStyle {
  const { color, isTerminal, width } = stderr;
  return { color, timestamps: !isTerminal, ...(isTerminal && width !== undefined && { width }) };
}
