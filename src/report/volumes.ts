import stringWidth from 'fast-string-width';

import type { ObservedVolume, UsedBytes } from '../model/observed-volume.ts';
import { bytesInWords } from './bytes-in-words.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

interface Column {
  readonly heading: string;
  readonly cell: (volume: ObservedVolume) => string;
}

/** As kubectl shortens them. */
const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadWriteOncePod: 'RWOP',
  ReadWriteMany: 'RWX',
  ReadOnlyMany: 'ROX',
};

const NAME = { heading: 'NAME', cell: ({ name }: ObservedVolume) => name };
const SERVICES = {
  heading: 'SERVICES',
  cell: ({ services }: ObservedVolume) => services.join(', '),
};
const STATE = { heading: 'STATE', cell: stateOf };
const USED = { heading: 'USED', cell: ({ used }: ObservedVolume) => usedInWords(used) };
const PLACE = { heading: 'PLACE', cell: placeOf };
/** Those that come after have to go first in a terminal that is too narrow. */
const COLUMNS: readonly Column[] = [
  NAME,
  SERVICES,
  STATE,
  {
    heading: 'SIZE',
    cell: ({ sizeBytes }) => (sizeBytes === undefined ? '' : binarySize(sizeBytes)),
  },
  USED,
  { heading: 'RECLAIM', cell: ({ reclaim = '' }) => reclaim },
  {
    heading: 'ACCESS',
    cell: ({ accessModes = [] }) => accessModes.map((mode) => MODES[mode] ?? mode).join(','),
  },
  { heading: 'CLASS', cell: ({ class: name = '' }) => name },
  PLACE,
];

export interface VolumesOptions {
  /** Columns of the terminal; absent: nothing is shortened. */
  readonly width?: number;
}

/** A table; a column that no volume has anything for is left out, as are those that do not fit. */
export function renderVolumes(
  volumes: readonly ObservedVolume[],
  { width }: VolumesOptions = {},
): string {
  if (volumes.length === 0) return '';
  let kept = COLUMNS.filter(({ cell }) => volumes.some((volume) => cell(volume) !== ''));
  const table = (): string => columns(rowsOf(kept, volumes));
  if (width === undefined) return table();
  while (kept.length > 2 && !fits(table(), width)) {
    const isPlaceLast = kept.at(-1) === PLACE;
    const shortened = columns(rowsOf(kept, volumes), { width, shrink: [kept.length - 1] });
    if (isPlaceLast && fits(shortened, width)) return shortened;
    kept = kept.slice(0, -1);
  }
  return columns(rowsOf(kept, volumes), { width, shrink: [1, 0] });
}

/** A line for each figure that is missing or too small: why, and how to get it. */
export function volumeHints(volumes: readonly ObservedVolume[]): readonly string[] {
  return volumes.flatMap(({ name, used }) =>
    used === undefined || used.kind === 'counted' ? [] : printable(`${name}: ${used.hint}`),
  );
}

/** As in `more than 1.2 GB`; `-` where nobody knows. */
export function usedInWords(used: UsedBytes | undefined): string {
  if (used === undefined) return '';
  if (used.kind === 'unknown') return '-';
  const words = bytesInWords(used.bytes);
  return used.kind === 'counted' ? words : `more than ${words}`;
}

function rowsOf(
  kept: readonly Column[],
  volumes: readonly ObservedVolume[],
): readonly (readonly string[])[] {
  return [
    kept.map(({ heading }) => heading),
    ...volumes.map((volume) =>
      kept.map(({ cell }) => printable(cell(volume).replaceAll(/\s+/g, ' '))),
    ),
  ];
}

function fits(table: string, width: number): boolean {
  return table.split('\n').every((line) => stringWidth(line) <= width);
}

/** That it is there goes without saying. */
function stateOf({ state, isExternal }: ObservedVolume): string {
  const words = state === 'absent' ? 'not made yet' : state === 'present' ? '' : state;
  return [words, isExternal ? 'external' : ''].filter((each) => each !== '').join(', ');
}

function placeOf({ place = '', source }: ObservedVolume): string {
  return source === undefined ? place : `${place} (${source})`;
}

const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** As a claim is written: `10Gi`. */
function binarySize(bytes: number): string {
  const power = UNITS.findLastIndex((_, index) => bytes >= 1024 ** index);
  const number = bytes / 1024 ** Math.max(0, power);
  return `${Number.isInteger(number) ? number : number.toFixed(1)}${UNITS[power] ?? ''}`;
}
