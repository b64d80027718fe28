import type { Span } from '../model/diagnostic.ts';
import type { Node, ScalarNode } from './node.ts';
import { fillTemplate, parseTemplate, type TemplateProblem } from './template.ts';
import { mapChanged, mapValues } from './tree.ts';

export interface Interpolation {
  /** Text of the file that the tree was read from. */
  readonly text: string;
  readonly lookUp: (name: string) => string | undefined;
  readonly report: (problem: TemplateProblem, at: Span) => void;
  /** Values in which nothing was wrong, as they were filled: services say the same. */
  readonly known: Map<string, string>;
}

/** Puts variables into the values of a tree, never into its keys. A value that changes keeps its place, and its text as `source`. */
export function interpolate(node: Node, interpolation: Interpolation): Node {
  switch (node.kind) {
    case 'scalar':
      return interpolateScalar(node, interpolation);
    case 'list': {
      const items = mapChanged(node.items, (item) => interpolate(item, interpolation));
      return items === node.items ? node : { ...node, items };
    }
    case 'map':
      return mapValues(node, (value) => interpolate(value, interpolation));
  }
}

function interpolateScalar(node: ScalarNode, interpolation: Interpolation): ScalarNode {
  const { value } = node;
  if (typeof value !== 'string' || !value.includes('$')) return node;
  const filled = interpolation.known.get(value) ?? filledOf(node, value, interpolation);
  if (filled === value) return node;
  // Written out for what is not quoted: a spread is several times slower.
  return node.quoted === true || node.tag !== undefined
    ? { ...node, value: filled, source: value }
    : { kind: 'scalar', value: filled, source: value, at: node.at };
}

function filledOf(
  node: ScalarNode,
  value: string,
  { text, lookUp, report, known }: Interpolation,
): string {
  let isSound = true;
  const filled = fillTemplate(parseTemplate(value), {
    lookUp,
    report: (problem) => {
      isSound = false;
      report(problem, placeInFile(node, problem, text));
    },
  });
  if (isSound) known.set(value, filled);
  return filled;
}

/**
 * Where a part of a value stands in the file. The value may be quoted, folded or indented there, so `$` signs are counted:
 * the n-th of the value is the n-th of what is written.
 */
function placeInFile(
  { value, at }: ScalarNode,
  { start, end }: { readonly start: number; readonly end: number },
  text: string,
): Span {
  if (typeof value !== 'string') return at;
  const written = text.slice(at.start, at.end);
  const nth = value.slice(0, start).split('$').length;
  const dollar = nthIndexOf(written, nth);
  if (dollar === undefined) return at;
  const length = written.startsWith(value.slice(start, end), dollar)
    ? end - start
    : (/^\$(?:\{[^{}\n]*\}|[A-Za-z0-9_]*)/.exec(written.slice(dollar))?.[0].length ?? 1);
  return { file: at.file, start: at.start + dollar, end: at.start + dollar + length };
}

function nthIndexOf(text: string, nth: number): number | undefined {
  let index = -1;
  for (let found = 0; found < nth; found += 1) {
    index = text.indexOf('$', index + 1);
    if (index < 0) return undefined;
  }
  return index;
}
