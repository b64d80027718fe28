import type { Key } from './form.ts';

type Verdicts = NonNullable<Key['verdict']>;

/** The native engine starts plain processes: what belongs to containers has no counterpart. */
export const nativeIgnores = (why: string): Verdicts => ({ native: `ignored: ${why}` });

export const nativeRefuses = (why: string): Verdicts => ({ native: `refused: ${why}` });

/** A cluster does it in its own way, or not at all. */
export const kubernetesIgnores = (why: string): Verdicts => ({ kubernetes: `ignored: ${why}` });

/** Neither processes nor pods know it. */
export const onlyDocker = (why: string): Verdicts => ({
  native: `ignored: ${why}`,
  kubernetes: `ignored: ${why}`,
});

/** No engine can do it. */
export const refusedEverywhere = (why: string): Verdicts => ({
  native: `refused: ${why}`,
  docker: `refused: ${why}`,
  kubernetes: `refused: ${why}`,
});
