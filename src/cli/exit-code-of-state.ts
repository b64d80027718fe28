import { constants } from 'node:os';

import { exitCodeOf, type ReplicaState } from '../model/observed.ts';

/** What `ps` and `up` say of a copy that has ended: its code, or 128 plus the number of its signal. */
export function exitCodeOfState(
  state: Extract<ReplicaState, { readonly kind: 'exited' | 'restarting' }>,
): number {
  return exitCodeOf(state.exit, constants.signals);
}
