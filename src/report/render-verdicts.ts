import picocolors from 'picocolors';

import type { Span } from '../model/diagnostic.ts';
import { columns } from './columns.ts';
import { shortestPath } from './locate.ts';
import { lineAndColumn, sourceLines, type SourceLines } from './source-lines.ts';

/** What an engine makes of a key. */
export interface KeyVerdict {
  readonly key: string;
  readonly verdict: 'honoured' | 'ignored' | 'refused';
  readonly why?: string;
  readonly places: readonly Span[];
}

export interface VerdictsOptions {
  readonly color: boolean;
  /** Columns of the terminal; absent: as wide as it gets. */
  readonly width?: number;
  readonly cwd: string;
  readonly sources: ReadonlyMap<string, string>;
  readonly engine: string;
}

const ORDER = ['refused', 'ignored', 'honoured'] as const;
const MOST_PLACES = 3;

/** Every key that is used, what is refused first, with the reason and the places; in the end how many there are of each. */
export function renderVerdicts(keys: readonly KeyVerdict[], options: VerdictsOptions): string {
  const placer = new Placer(options.sources);
  const rows = ORDER.flatMap((verdict) =>
    keys
      .filter((key) => key.verdict === verdict)
      .map((key) => [
        verdict,
        key.key,
        placesOf(key.places, { ...options, placer }),
        key.why ?? '',
      ]),
  );
  const table = columns([[options.engine.toUpperCase(), 'KEY', 'WHERE', 'WHY'], ...rows], {
    ...(options.width !== undefined && { width: options.width }),
    shrink: [3, 2],
  });
  return `${painted(table, options.color)}\n${countOf(keys)}\n`;
}

function painted(table: string, color: boolean): string {
  const { red, yellow, green } = picocolors.createColors(color);
  return table.replaceAll(/^(?:refused|ignored|honoured)/gm, (word) =>
    word === 'refused' ? red(word) : word === 'ignored' ? yellow(word) : green(word),
  );
}

function countOf(keys: readonly KeyVerdict[]): string {
  const counts = ORDER.toReversed().map((verdict) => ({
    verdict,
    count: keys.filter((key) => key.verdict === verdict).length,
  }));
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ count, verdict }) => `${count} ${verdict}`);
  return `${keys.length} keys: ${parts.join(', ')}`;
}

function placesOf(
  places: readonly Span[],
  { cwd, placer }: Pick<VerdictsOptions, 'cwd'> & { readonly placer: Placer },
): string {
  const shown = places.slice(0, MOST_PLACES).map((at, index) => {
    const line = String(placer.place(at)?.line ?? '?');
    const previous = places[index - 1];
    return previous?.file === at.file ? line : `${shortestPath(at.file, cwd)}:${line}`;
  });
  const more = places.length - shown.length;
  return more > 0 ? `${shown.join(', ')} +${more}` : shown.join(', ');
}

export interface JsonVerdict {
  readonly key: string;
  readonly verdict: KeyVerdict['verdict'];
  readonly why?: string;
  readonly places: readonly {
    readonly file: string;
    readonly line?: number;
    readonly column?: number;
  }[];
}

export function verdictsToJson(
  keys: readonly KeyVerdict[],
  sources: ReadonlyMap<string, string>,
): readonly JsonVerdict[] {
  const placer = new Placer(sources);
  return keys.map(({ places, ...key }) => ({
    ...key,
    places: places.map((at) => ({ file: at.file, ...placer.place(at) })),
  }));
}

class Placer {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #lines = new Map<string, SourceLines>();

  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
  }

  place({ file, start }: Span): { readonly line: number; readonly column: number } | undefined {
    const text = this.#sources.get(file);
    if (text === undefined) return undefined;
    const lines = this.#lines.get(file) ?? sourceLines(text);
    this.#lines.set(file, lines);
    return lineAndColumn(lines, start);
  }
}
