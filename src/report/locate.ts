import { relative } from 'node:path';

import type { Span } from '../model/diagnostic.ts';

export interface LocateOptions {
  readonly sources: ReadonlyMap<string, string>;
  readonly cwd: string;
}

/** `file:line:column`, both from 1, the file relative to `cwd` where that is shorter. */
export function locate(at: Span, { sources, cwd }: LocateOptions): string {
  const before = (sources.get(at.file) ?? '').slice(0, at.start);
  const line = before.split('\n').length;
  const column = before.length - (before.lastIndexOf('\n') + 1) + 1;
  return `${shortestPath(at.file, cwd)}:${line}:${column}`;
}

export function shortestPath(path: string, cwd: string): string {
  if (!path.startsWith('/')) return path;
  const other = relative(cwd, path);
  return other !== '' && other.length < path.length ? other : path;
}
