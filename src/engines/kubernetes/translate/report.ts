import type { Pointer } from '../../../model/project.ts';
import type { KeyVerdict, LeafVerdict, TranslationReport } from '../../../model/translation.ts';
import type { Account } from './account.ts';
import type { DraftObject } from './draft.ts';
import { leavesOf, type Place } from './place.ts';
import { tracesOf } from './settle.ts';

interface ReportMaterial {
  readonly root: Place;
  readonly drafts: readonly DraftObject[];
  readonly account: Account;
  readonly keyVerdicts: readonly KeyVerdict[];
}

/** One verdict for each leaf: what was said of it, or of the nearest part that it belongs to. */
export function reportOf({
  root,
  drafts,
  account,
  keyVerdicts,
}: ReportMaterial): TranslationReport {
  const { places, assumptions } = tracesOf(drafts);
  const byKey = new Map(keyVerdicts.map(({ pointer, kind, why }) => [pointer, { kind, why }]));
  const verdictAt = (pointer: Pointer): Verdict | undefined => {
    const settled = account.settlements.get(pointer);
    const found = places.get(pointer);
    // What is refused or without effect is so although something of it may be in an object.
    if (settled?.kind === 'refused' || settled?.kind === 'unsupported') return settled;
    if (found !== undefined) return { kind: 'mapped', places: found };
    return settled ?? byKey.get(pointer);
  };
  const leaves = [...leavesOf(root)].map((leaf): LeafVerdict => {
    return { leaf: leaf.pointer, ...verdictOf(leaf, verdictAt) };
  });
  return { leaves, assumptions };
}

type Verdict = LeafVerdict extends infer Each
  ? Each extends { readonly leaf: Pointer }
    ? Omit<Each, 'leaf'>
    : never
  : never;

function verdictOf(leaf: Place, verdictAt: (pointer: Pointer) => Verdict | undefined): Verdict {
  let part = leaf.pointer;
  for (;;) {
    const verdict = verdictAt(part);
    if (verdict !== undefined) return verdict;
    if (part === '') break;
    part = part.slice(0, part.lastIndexOf('/'));
  }
  if (isSilent(leaf)) return { kind: 'default', why: 'it says nothing' };
  return { kind: 'unsupported', why: UNKNOWN };
}

/** No leaf may have this one: it means that the translation forgot it. */
export const UNKNOWN = 'the translation does not know it';

/** Nothing, empty, or a switch that is off. */
function isSilent({ value }: Place): boolean {
  return (
    value === null ||
    value === '' ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
