import type { Span } from '../model/diagnostic.ts';
import { columns } from './columns.ts';
import { locate, type LocateOptions } from './locate.ts';
import { printable } from './printable.ts';

interface Origin {
  /** As in `/services/web/image`. */
  readonly pointer: string;
  /** Absent for what nobody wrote. */
  readonly at?: Span;
  readonly variables: readonly {
    readonly kind: 'file' | 'shell' | 'unset';
    readonly name: string;
    readonly at?: Span;
  }[];
}

/** A line for each value: what it is called, where it was written, and which variables it took from where. */
export function renderOrigins(origins: readonly Origin[], options: LocateOptions): string {
  const place = (at: Span): string => printable(locate(at, options));
  return columns(
    origins.map(({ pointer, at, variables }) => [
      printable(pointer),
      at === undefined ? '-' : place(at),
      variables
        .map(({ kind, name, at: from }) => {
          if (from !== undefined) return `${name} from ${place(from)}`;
          return kind === 'shell' ? `${name} from the shell` : `${name} is not set`;
        })
        .join(', '),
    ]),
  );
}
