import type { Claim } from './claims.ts';
import type { ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap, from } from './draft.ts';
import { at, entriesOf, exists, numberOf, type Place, textOf } from './place.ts';
import { secondsOf } from './quantity.ts';

export interface Rollout {
  readonly strategy: Draft;
  readonly minReadySeconds: Draft;
}

/** How a new version takes the place of the old one: beside it, unless something keeps it from that. */
export function rolloutOf(context: ServiceContext, claims: readonly Claim[]): Rollout {
  const update = at(context.place, 'deploy', 'update_config');
  settleRest(context, update);
  return {
    strategy: strategyOf(context, update, claims),
    minReadySeconds: minReadyOf(update),
  };
}

function strategyOf(context: ServiceContext, update: Place, claims: readonly Claim[]): Draft {
  const order = at(update, 'order');
  const parallelism = at(update, 'parallelism');
  const count = numberOf(parallelism);
  const atOnce: Draft = count === undefined ? 1 : from(count === 0 ? '100%' : count, parallelism);
  const mode = textOf(at(context.place, 'x-bowline', 'storage', 'access_mode'));
  if (mode === 'ReadWriteOncePod' && claims.length > 0) {
    for (const leaf of [order, parallelism])
      if (exists(leaf))
        context.parent.account.default(leaf, 'one pod at a time may mount the volume');
    return assumed({ type: 'Recreate' }, 'one pod at a time may mount the volume');
  }
  const type = 'RollingUpdate';
  if (textOf(order) === 'stop-first')
    return { type, rollingUpdate: { maxSurge: from(0, order), maxUnavailable: atOnce } };
  const maxUnavailable = exists(order)
    ? from(0, order)
    : assumed(0, 'the old version serves until the new one does');
  return { type, rollingUpdate: { maxSurge: atOnce, maxUnavailable } };
}

/** A copy counts as there when it was watched for a while; a pause between two copies comes to the same. */
function minReadyOf(update: Place): Draft {
  const [monitor, delay] = [at(update, 'monitor'), at(update, 'delay')];
  const seconds = [monitor, delay].map((place) => Math.ceil(secondsOf(textOf(place) ?? '')));
  const longest = Math.max(...seconds);
  return longest === 0 ? undefined : from(longest, monitor, delay);
}

function settleRest({ parent: { account }, kind }: ServiceContext, update: Place): void {
  const action = at(update, 'failure_action');
  if (textOf(action) === 'continue')
    account.unsupported(
      action,
      'a version that does not become ready takes nobody’s place',
      'Leave it out, or write rollback.',
    );
  else if (exists(action))
    account.handled(action, 'up goes back to the version that served before');
  const ratio = at(update, 'max_failure_ratio');
  if ((numberOf(ratio) ?? 0) > 0)
    account.unsupported(ratio, 'no failure is accepted', 'Leave it out.');
  else if (exists(ratio)) account.default(ratio, 'no failure is accepted');
  for (const key of ['monitor', 'delay']) {
    const leaf = at(update, key);
    if (exists(leaf) && secondsOf(textOf(leaf) ?? '') === 0) account.default(leaf, 'there is none');
  }
  if (kind === 'DaemonSet' || kind === 'Deployment') return;
  for (const [key, leaf] of entriesOf(update))
    if (['order', 'parallelism'].includes(key)) {
      if (kind === 'StatefulSet' && textOf(leaf) === 'start-first')
        account.unsupported(
          leaf,
          'the old copy must let go of the volume first',
          'Leave it out, or do without the volume.',
        );
      else account.default(leaf, 'its copies change one after the other');
    }
}

export function daemonStrategy(context: ServiceContext): DraftMap {
  const update = at(context.place, 'deploy', 'update_config');
  settleRest(context, update);
  const order = at(update, 'order');
  const parallelism = at(update, 'parallelism');
  const count = numberOf(parallelism);
  const atOnce: Draft = count === undefined ? 1 : from(count === 0 ? '100%' : count, parallelism);
  const rollingUpdate =
    textOf(order) === 'start-first'
      ? { maxSurge: from(atOnce, order), maxUnavailable: 0 }
      : { maxUnavailable: exists(order) ? from(atOnce, order) : atOnce };
  return {
    updateStrategy: { type: 'RollingUpdate', rollingUpdate },
    minReadySeconds: minReadyOf(update),
  };
}
