import { ComposeError } from '../model/diagnostic.ts';

interface RecreateFlags {
  readonly forceRecreate: boolean;
  readonly noRecreate: boolean;
}

export function recreateOf({
  forceRecreate,
  noRecreate,
}: RecreateFlags): 'always' | 'never' | 'changed' {
  if (forceRecreate) return 'always';
  return noRecreate ? 'never' : 'changed';
}

/** @throws {ComposeError} when both of two flags that exclude each other are given. */
export function refuseContradictions({
  forceRecreate,
  noRecreate,
  wait = false,
  noWait = false,
}: RecreateFlags & { readonly wait?: boolean; readonly noWait?: boolean }): void {
  const pairs = [
    ['--force-recreate', forceRecreate, '--no-recreate', noRecreate],
    ['--wait', wait, '--no-wait', noWait],
  ] as const;
  for (const [one, hasOne, other, hasOther] of pairs) {
    if (!hasOne || !hasOther) continue;
    throw new ComposeError(
      [
        {
          code: 'arguments/contradiction',
          severity: 'error',
          message: `${one} and ${other} contradict each other`,
          help: `Leave one of them out.`,
        },
      ],
      { sources: new Map() },
    );
  }
}
