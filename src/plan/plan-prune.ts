import type { UpContext } from './up-context.ts';

/** At last, when what is new works: what was made for earlier versions, where the engine has such things. */
export function planPrune({ observed, options, builder }: UpContext): void {
  if (observed.leftovers === undefined) return;
  const { steps } = builder.build();
  const { removeOrphans: orphans } = options;
  const known = observed.leftovers
    .filter(({ ofOrphan }) => orphans || !ofOrphan)
    .map(({ object }) => object);
  if (steps.length === 0 && known.length === 0) return;
  builder.add(
    { kind: 'prune', orphans },
    steps.map(({ id }) => id),
    known.length === 0 ? undefined : inShort(known),
  );
}

const MOST_LISTED = 5;

function inShort(objects: readonly string[]): string {
  const more = objects.length - MOST_LISTED;
  const listed = objects.slice(0, MOST_LISTED).join(', ');
  return more > 0 ? `${listed} and ${more} more` : listed;
}
