import picocolors from 'picocolors';

import type { LeafVerdict, TranslationReport } from '../model/translation.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

const ORDER = ['refused', 'unsupported', 'mapped', 'handled', 'default'] as const;

/** What became of every value of the file, in its order, then what nobody wrote, then how many there are of each. */
export function renderTranslation(
  { leaves, assumptions }: TranslationReport,
  { color, width }: { readonly color: boolean; readonly width?: number },
): string {
  const options = { ...(width !== undefined && { width }), shrink: [2, 1] };
  const verdicts = columns(
    [
      ['VERDICT', 'VALUE', 'WHERE OR WHY'],
      ...leaves.map((leaf) => [leaf.kind, nameOf(leaf), meaningOf(leaf)]),
    ],
    options,
  );
  const assumed = columns(
    [
      ['ASSUMED', 'WHERE', 'WHY'],
      ...assumptions.map(({ value, object, pointer, why }) => [
        printable(typeof value === 'object' ? JSON.stringify(value) : String(value)),
        `${object} ${pointer}`,
        why,
      ]),
    ],
    options,
  );
  const parts = [painted(verdicts, color), ...(assumptions.length === 0 ? [] : [assumed])];
  return `${parts.join('\n')}\n${countOf(leaves)}\n`;
}

function nameOf({ leaf }: LeafVerdict): string {
  return printable(leaf.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~'));
}

function meaningOf(verdict: LeafVerdict): string {
  if (verdict.kind !== 'mapped') return verdict.why;
  const [first, ...more] = verdict.places;
  if (first === undefined) return '';
  const rest = more.length === 0 ? '' : ` +${more.length}`;
  return `${first.object} ${printable(first.pointer)}${rest}`;
}

function painted(table: string, color: boolean): string {
  const { red, yellow, green, dim } = picocolors.createColors(color);
  const paint = { refused: red, unsupported: yellow, mapped: green, handled: dim, default: dim };
  return table.replaceAll(/^(?:refused|unsupported|mapped|handled|default)/gm, (word) => {
    const kind = ORDER.find((each) => each === word);
    return kind === undefined ? word : paint[kind](word);
  });
}

function countOf(leaves: readonly LeafVerdict[]): string {
  const counts = ORDER.toReversed().map(
    (kind) => [kind, leaves.filter((leaf) => leaf.kind === kind).length] as const,
  );
  const parts = counts.filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  return `${leaves.length} values: ${parts.join(', ')}`;
}
