import { posix } from 'node:path';

import {
  read,
  refused,
  type Note,
  type Plain,
  type Reading,
  type Scalar,
  type Short,
} from './form.ts';
import { nearest } from '../../model/nearest.ts';

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];
/** Docker Desktop for Mac knew these once; the engine lets them pass. */
const CONSISTENCIES = ['cached', 'delegated', 'consistent', 'default'];
const OPTIONS = ['ro', 'rw', 'nocopy', 'z', 'Z', ...PROPAGATIONS, ...CONSISTENCIES];

/** `SOURCE:TARGET[:OPTIONS]`, or `TARGET` alone for an anonymous volume. */
export const shortMount: Short = {
  from: ['text'],
  words: '"SOURCE:TARGET[:OPTIONS]" such as "./data:/data:ro" or "data:/var/lib/data"',
  read: readMount,
};

function readMount(value: Scalar): Reading {
  const spec = String(value);
  if (spec === '') return refused('it is empty');
  if (spec.length <= 2 && new TextEncoder().encode(spec).length <= 2)
    return read({ type: 'volume', target: spec });
  const parts = splitSpec(spec);
  if (parts.includes('')) return refused('there is nothing between two colons');
  if (parts.length > 3) return refused('it has too many colons');
  const [first = '', second, options = ''] = parts;
  const source = second === undefined ? undefined : first;
  const target = cleanTarget(second ?? first);
  const chosen = options === '' ? [] : options.split(',');
  return read(longForm({ source, target, options: chosen }), [
    ...notesOf(chosen),
    ...driveNote(parts),
  ]);
}

/** Where a short form mounts; absent when it cannot be read. */
export function mountTarget(spec: string): string | undefined {
  const [first = '', second, ...more] = splitSpec(spec);
  if (first === '' || second === '' || more.length > 1) return undefined;
  return cleanTarget(second ?? first);
}

/** A colon after a single letter belongs to a Windows drive; one inside `${…}` to the variable. */
function splitSpec(spec: string): readonly string[] {
  const parts: string[] = [];
  for (const piece of spec.split(':')) {
    const before = parts.at(-1);
    if (before !== undefined && (isLetter(before) || isOpen(before)))
      parts[parts.length - 1] = `${before}:${piece}`;
    else parts.push(piece);
  }
  return parts;
}

function isLetter(part: string): boolean {
  return part.length <= 2 && /^\p{L}$/u.test(part);
}

/** Does a variable begin in it that does not end there? */
function isOpen(part: string): boolean {
  if (!part.includes('${')) return false;
  let depth = 0;
  for (const [mark] of part.matchAll(/\$\{|\}/g))
    depth = mark === '}' ? Math.max(0, depth - 1) : depth + 1;
  return depth > 0;
}

function longForm({
  source,
  target,
  options,
}: {
  readonly source: string | undefined;
  readonly target: string;
  readonly options: readonly string[];
}): Plain {
  const propagation = options.findLast((option) => PROPAGATIONS.includes(option));
  const selinux = options.findLast((option) => option === 'z' || option === 'Z');
  const access = options.findLast((option) => option === 'ro' || option === 'rw');
  const bind = {
    ...(selinux !== undefined && { selinux }),
    ...(propagation !== undefined && { propagation }),
  };
  const volume = options.includes('nocopy') ? { nocopy: true } : {};
  const isBind = source !== undefined && isFilePath(source);
  return {
    type: isBind ? 'bind' : 'volume',
    ...(source !== undefined && { source }),
    target,
    ...(access === 'ro' && { read_only: true }),
    ...((isBind || Object.keys(bind).length > 0) && { bind }),
    ...((!isBind || options.includes('nocopy')) && { volume }),
  };
}

/** Is the source a path, and not the name of a volume? */
function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

/** Without `.` and `..`, doubled slashes and a slash at the end. */
export function cleanTarget(target: string): string {
  return target === '' ? '' : posix.normalize(target).replace(/(?<=.)\/$/, '');
}

function notesOf(options: readonly string[]): readonly Note[] {
  return options
    .filter((option) => !OPTIONS.includes(option))
    .map((option) => {
      const near = nearest(option, OPTIONS);
      return {
        code: 'compose/ignored-option',
        message: `the mount option "${option}" is unknown and has no effect`,
        help:
          near === undefined ? `Known options: ${OPTIONS.join(', ')}.` : `Did you mean "${near}"?`,
      };
    });
}

function driveNote([first = '']: readonly string[]): readonly Note[] {
  const drive = /^(\p{L}):\//u.exec(first)?.[1];
  if (drive === undefined) return [];
  return [
    {
      code: 'compose/drive-letter',
      message: `"${drive}:" is read as the drive of a Windows path, not as a volume named "${drive}"`,
      help: `Give the volume a name of two letters or more, or use the long form with source: ${drive}.`,
    },
  ];
}
