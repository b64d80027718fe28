import type { Diagnostic } from '../model/diagnostic.ts';
import { checkList, checkMap, checkPairs } from './check-collection.ts';
import { type Check, type Place, reportMisfit } from './check.ts';
import { checkScalar, checkWords } from './check-scalar.ts';
import { checkSection } from './check-section.ts';
import type { Form } from './language/form.ts';
import type { Node } from './node.ts';
import { shapeOf } from './shape-of.ts';

/**
 * Everything that is wrong with `node`, in file order: one message for each mistake, none for what follows from another.
 * Meant for a tree in which variables are filled in. Values under `!reset` are not looked at.
 *
 * @param name What the node is called in messages; empty for the whole file.
 */
export function validate(node: Node, form: Form, name: string): readonly Diagnostic[] {
  return collect({ node, form, name }, { whole: true });
}

/**
 * The same without what only a complete tree can be asked for: keys that must be there, and keys of which one must be.
 * For one file of several, before they are merged.
 */
export function validatePart(node: Node, form: Form, name: string): readonly Diagnostic[] {
  return collect({ node, form, name }, { whole: false });
}

/** Many times more than anybody reads. */
const MOST = 2000;

interface Subject {
  readonly node: Node;
  readonly form: Form;
  readonly name: string;
}

function collect(
  { node, form, name }: Subject,
  { whole }: { readonly whole: boolean },
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const check: Check = {
    whole,
    visit,
    report: (diagnostic) => found.push(diagnostic),
    isFull: () => found.length >= MOST,
  };
  visit(node, form, { name, at: node.at, check });
  const files = new Map<string, number>();
  for (const { at } of found)
    if (at !== undefined && !files.has(at.file)) files.set(at.file, files.size);
  const rank = ({ at }: Diagnostic): number => (at === undefined ? 0 : (files.get(at.file) ?? 0));
  return found.toSorted(
    (one, other) => rank(one) - rank(other) || (one.at?.start ?? 0) - (other.at?.start ?? 0),
  );
}

function visit(node: Node, form: Form, place: Place): void {
  if (node.tag === 'reset') return;
  switch (form.is) {
    case 'scalar':
      return checkScalar(node, form, place);
    case 'words':
      return checkWords(node, form, place);
    case 'list':
      return checkList(node, form, place);
    case 'map':
      return checkMap(node, form, place);
    case 'pairs':
      return checkPairs(node, form, place);
    case 'section':
      return checkSection(node, form, place);
    case 'either': {
      const meant = shapeOf(node, form.forms);
      return meant === undefined ? reportMisfit(node, form, place) : visit(node, meant, place);
    }
    case 'any':
  }
}
