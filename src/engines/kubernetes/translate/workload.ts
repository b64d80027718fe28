import { annotationsFrom } from './annotations.ts';
import type { Claim } from './claims.ts';
import { labelsOf, selectorOf, type ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftObject, filled, from } from './draft.ts';
import { nameByContent } from './names.ts';
import type { Pod } from './pod.ts';
import { at, exists, textOf } from './place.ts';
import { secondsOf } from './quantity.ts';
import { daemonStrategy, rolloutOf } from './rollout.ts';
import { settled } from './settle.ts';

const HISTORY = 5;

/** What keeps the pods of a service running, or runs them once. */
export function workloadOf(context: ServiceContext, pod: Pod): readonly DraftObject[] {
  const { kind, name, parent } = context;
  settleRestart(context);
  const metadata = {
    name,
    namespace: parent.namespace,
    labels: labelsOf(context),
    annotations: annotationsFrom(parent, at(context.place, 'deploy', 'labels')),
  };
  switch (kind) {
    case 'Job':
      return [jobOf(context, { metadata, pod })];
    case 'DaemonSet':
      return [daemonSet(context, { metadata, pod })];
    case 'StatefulSet':
      return [statefulSet(context, { metadata, pod })];
    case 'Deployment':
      return [deployment(context, { metadata, pod }), ...budget(context)];
  }
}

interface Parts {
  readonly metadata: DraftObject['metadata'];
  readonly pod: Pod;
}

function deployment(context: ServiceContext, { metadata, pod }: Parts): DraftObject {
  const claims = pod.claims.filter((claim: Claim) => claim.kind !== 'external');
  const { strategy, minReadySeconds } = rolloutOf(context, claims);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: replicasOf(context),
      revisionHistoryLimit: HISTORY,
      minReadySeconds,
      strategy,
      selector: { matchLabels: selectorOf(context) },
      template: pod.template,
    },
  };
}

function statefulSet(context: ServiceContext, { metadata, pod }: Parts): DraftObject {
  rolloutOf(context, []);
  const reclaim = at(context.place, 'x-bowline', 'storage', 'reclaim');
  const kept = exists(reclaim) ? from(textOf(reclaim), reclaim) : 'Retain';
  const update = at(context.place, 'deploy', 'update_config');
  const longest = Math.max(
    ...['monitor', 'delay'].map((key) => Math.ceil(secondsOf(textOf(at(update, key)) ?? ''))),
  );
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      serviceName: context.name,
      replicas: replicasOf(context),
      revisionHistoryLimit: HISTORY,
      minReadySeconds:
        longest === 0 ? undefined : from(longest, at(update, 'monitor'), at(update, 'delay')),
      updateStrategy: { type: 'RollingUpdate' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: kept, whenScaled: 'Retain' },
      selector: { matchLabels: selectorOf(context) },
      template: pod.template,
      volumeClaimTemplates: filled(pod.claimTemplates),
    },
  };
}

function daemonSet(context: ServiceContext, { metadata, pod }: Parts): DraftObject {
  const mode = at(context.place, 'deploy', 'mode');
  for (const leaf of [at(context.place, 'deploy', 'replicas'), at(context.place, 'scale')])
    if (exists(leaf)) context.parent.account.default(leaf, 'there is one on each machine');
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: {
      revisionHistoryLimit: HISTORY,
      ...daemonStrategy(context),
      selector: from({ matchLabels: selectorOf(context) }, mode),
      template: pod.template,
    },
  };
}

/** A finished task is the record that it was done: another task is another object, and the same one is not run again. */
function jobOf(context: ServiceContext, { metadata, pod }: Parts): DraftObject {
  const { service } = context;
  const draft: DraftObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      completions: completionsOf(context),
      parallelism: completionsOf(context),
      backoffLimit: backoffOf(context),
      podReplacementPolicy: service.restart.kind === 'on-failure' ? undefined : 'Failed',
      template: pod.template,
    },
  };
  const content = JSON.stringify(settled(draft)['spec'] ?? null);
  return { ...draft, metadata: { ...metadata, name: nameByContent(context.name, content) } };
}

function completionsOf({ place, service }: ServiceContext): Draft {
  const deploy = at(place, 'deploy');
  const written = [at(place, 'scale'), at(deploy, 'replicas'), at(deploy, 'mode')].filter(exists);
  const count = Math.max(1, service.replicas);
  return written.length === 0 ? count : from(count, ...written);
}

function backoffOf({ service, place }: ServiceContext): Draft {
  const { restart } = service;
  const leaf = at(place, 'restart');
  const most = at(place, 'deploy', 'restart_policy', 'max_attempts');
  const condition = at(place, 'deploy', 'restart_policy', 'condition');
  const written = [leaf, most, condition].filter(exists);
  if (restart.kind === 'on-failure') {
    const limit = restart.maxRetries ?? 6;
    return written.length === 0 ? limit : from(limit, ...written);
  }
  return written.length === 0
    ? assumed(0, 'a task is not started again unless it is said')
    : from(0, ...written);
}

/** Nothing where nobody has said it: a field that is left out may be another program's to set. */
function replicasOf({ service, place }: ServiceContext): Draft {
  const [scale, replicas] = [at(place, 'scale'), at(place, 'deploy', 'replicas')];
  const written = [scale, replicas].filter(exists);
  return written.length === 0 ? undefined : from(service.replicas, ...written);
}

/** With several copies, a machine that is emptied takes them away one by one. */
function budget(context: ServiceContext): readonly DraftObject[] {
  const { service, parent, name } = context;
  if (service.replicas < 2) return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: parent.namespace, labels: labelsOf(context) },
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selectorOf(context) },
      },
    },
  ];
}

/** Pods are always started again; only a task can do without. */
function settleRestart({ service, place, kind, parent: { account } }: ServiceContext): void {
  const policy = at(place, 'deploy', 'restart_policy');
  for (const key of ['delay', 'window']) {
    const leaf = at(policy, key);
    if (!exists(leaf)) continue;
    if (secondsOf(textOf(leaf) ?? '') === 0) account.default(leaf, 'there is none');
    else
      account.unsupported(
        leaf,
        'the pause doubles with each try, up to five minutes',
        'Leave it out.',
      );
  }
  const mode = at(place, 'deploy', 'mode');
  if (textOf(mode) === 'replicated')
    account.default(mode, 'there are so many copies as are asked for');
  if (kind === 'Job') return;
  const most = at(policy, 'max_attempts');
  if (exists(most)) account.default(most, 'pods are started again for ever');
  const { restart } = service;
  const again = restart.kind === 'always' || restart.kind === 'unless-stopped';
  // `deploy.restart_policy` wins where both are written.
  const [wins, loses] = exists(policy)
    ? [at(policy, 'condition'), at(place, 'restart')]
    : [at(place, 'restart'), at(policy, 'condition')];
  if (exists(loses)) account.default(loses, 'deploy.restart_policy wins');
  if (!exists(wins)) return;
  if (again || restart.kind === 'on-failure')
    account.default(wins, 'pods are always started again');
  else
    account.unsupported(
      wins,
      'the pods of a service that others reach are always started again',
      'Leave it out; a task has no ports and no healthcheck, or somebody waits for its end.',
    );
}

export function serviceAccount(context: ServiceContext): DraftObject {
  const { name, parent } = context;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: parent.namespace, labels: labelsOf(context) },
    automountServiceAccountToken: false,
  };
}
