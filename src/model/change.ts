import type { Leaf, Leaves } from './leaves.ts';

/** One value that differs from what a running copy was made from. Secrets are masked. */
export interface Change {
  /** As in `environment.DEBUG` or `ports[0].published`. */
  readonly at: string;
  /** Absent: it is new. */
  readonly before?: string;
  /** Absent: it is gone. */
  readonly after?: string;
}

/** What differs, in the order in which it is written now, then what is gone. */
export function changesBetween(before: Leaves, now: Leaves): readonly Change[] {
  const places = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...places].flatMap((at) => {
    const [old, fresh] = [own(before, at), own(now, at)];
    if (identityOf(old) === identityOf(fresh)) return [];
    return [
      {
        at,
        ...(old !== undefined && { before: textOf(old) }),
        ...(fresh !== undefined && { after: textOf(fresh) }),
      },
    ];
  });
}

/** As in `image: web:1 → web:2`. */
export function changeInWords({ at, before, after }: Change): string {
  if (after === undefined) return `${at}: removed`;
  if (before === undefined) return `${at}: ${after}, new`;
  return before === after ? `${at}: ${after}, changed` : `${at}: ${before} → ${after}`;
}

function own(leaves: Leaves, at: string): Leaf | undefined {
  return Object.hasOwn(leaves, at) ? leaves[at] : undefined;
}

function textOf(leaf: Leaf): string {
  return typeof leaf === 'string' ? leaf : leaf.text;
}

/** A value that has become secret, or has ceased to be, counts as changed. */
function identityOf(leaf: Leaf | undefined): string {
  if (leaf === undefined) return 'absent';
  return typeof leaf === 'string' ? `=${leaf}` : `#${leaf.digest}`;
}
