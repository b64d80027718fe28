import { createHash } from 'node:crypto';

import { changesBetween } from '../model/change.ts';
import type { Comparison, ObservedReplica, ReplicaState } from '../model/observed.ts';
import type { Service } from '../model/project.ts';
import type { Reason } from './plan-builder.ts';
import type { UpContext } from './up-context.ts';

/** The reason when the user wanted everything anew. */
export const ASKED_FOR = 'asked for';

/** One copy of a service as it should be, and as it is. */
export interface Wanted {
  readonly service: Service;
  readonly fingerprint: string;
  readonly replica: ObservedReplica | undefined;
}

/** What a copy of `service` is compared with: what was written, and the files that were made for it. */
export function wantedFingerprint(service: Service, observed: Comparison): string {
  const artifact = observed.artifacts.get(service.name);
  if (artifact === undefined) return service.fingerprint;
  return createHash('sha256').update(`${service.fingerprint} ${artifact.digest}`).digest('hex');
}

/** Why this copy has to be started, or started anew; absent when it is as wanted. */
export function reasonToStart(context: UpContext, wanted: Wanted): Reason | undefined {
  const { service, fingerprint, replica } = wanted;
  if (replica === undefined) return reasonWithoutCopies(context, wanted);
  const { options, replaced } = context;
  const restarter = service.dependsOn.find(
    (each) =>
      each.restart &&
      (replaced.has(each.service) || wasReplacedSince(context, each.service, replica)),
  );
  if (restarter !== undefined) return { because: `${restarter.service} was replaced` };
  const named = options.services.length === 0 || options.services.includes(service.name);
  if (options.recreate === 'always' && named) return { because: ASKED_FOR };
  const same = replica.fingerprint === fingerprint;
  if (!same && options.recreate !== 'never') return changed(context, service, replica);
  if (replica.state.kind === 'running' || replica.state.kind === 'restarting') return undefined;
  return isFinishedTask(context, replica) ? undefined : { because: 'not running' };
}

/** It may have no copies and be as it should be all the same. */
function reasonWithoutCopies(
  { observed: { uncounted }, options: { recreate, services } }: UpContext,
  { service: { name }, fingerprint }: Wanted,
): Reason | undefined {
  if (uncounted?.has(name) !== true) return { because: 'new' };
  const applied = uncounted.get(name);
  if (applied === undefined) return undefined;
  if (applied === '') return { because: 'new' };
  const named = services.length === 0 || services.includes(name);
  if (recreate === 'always' && named) return { because: ASKED_FOR };
  return applied === fingerprint || recreate === 'never' ? undefined : { because: 'changed' };
}

/** An earlier command may have ended between the two. */
function wasReplacedSince(
  { observed }: UpContext,
  dependency: Service['name'],
  { state }: ObservedReplica,
): boolean {
  const lastMs = lastSeenMs(state);
  if (lastMs === undefined) return false;
  const copies = observed.replicas.filter(({ service }) => service === dependency);
  // A copy more is no replacement.
  return copies.length > 0 && copies.every(({ createdAtMs }) => createdAtMs > lastMs);
}

/** When a copy has found what it needs: as it started, or, having ended, while it ran. */
function lastSeenMs(state: ReplicaState): number | undefined {
  if (state.kind === 'running') return state.startedAtMs;
  return state.kind === 'exited' ? state.finishedAtMs : undefined;
}

function changed(
  { observed, leavesOf }: UpContext,
  { name }: Service,
  { origin }: ObservedReplica,
): Reason {
  if (origin === undefined) return { because: 'changed' };
  const changes = changesBetween(origin, leavesOf(name));
  if (changes.length > 0) return { because: 'changed', changes };
  return { because: observed.artifacts.has(name) ? 'its files have changed' : 'changed' };
}

/** A one-shot that others wait for and that has succeeded is not run again while it is unchanged. */
function isFinishedTask({ project }: UpContext, { service, state }: ObservedReplica): boolean {
  const succeeded = state.kind === 'exited' && state.exit.kind === 'code' && state.exit.code === 0;
  return (
    succeeded &&
    project.services.some(({ dependsOn }) =>
      dependsOn.some(
        (each) => each.service === service && each.condition === 'service_completed_successfully',
      ),
    )
  );
}
