import { ApiError } from './api-error.ts';

export interface FieldConflict {
  /** The program that has set them, as it calls itself. */
  readonly owner: string;
  /** As in `spec.replicas`. */
  readonly fields: readonly string[];
}

/** Fields that others have set, by whom; undefined where a request was refused for another reason. */
export function conflictsIn(error: unknown): readonly FieldConflict[] | undefined {
  if (!(error instanceof ApiError) || error.status !== 409) return undefined;
  const { causes } = error.said.details ?? {};
  if (causes === undefined) return undefined;
  const owners = new Map<string, string[]>();
  for (const { message = '', field = '' } of causes) {
    const owner = /conflict with "([^"]+)"/.exec(message)?.[1] ?? 'another program';
    owners.set(owner, [...(owners.get(owner) ?? []), field.replace(/^\./, '')]);
  }
  return [...owners].map(([owner, fields]) => ({ owner, fields }));
}
