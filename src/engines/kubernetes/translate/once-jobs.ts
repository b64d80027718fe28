import { partsOf, wordFrom } from './container.ts';
import { labelsOf, selectorOf, type ServiceContext } from './context.ts';
import { databaseGates, dependsOnPostgres } from './database-gates.ts';
import { assumed, type Draft, type DraftMap, type DraftObject, filled, from } from './draft.ts';
import { escapeForKubelet } from './escape.ts';
import { nameByContent } from './names.ts';
import { networkLabels } from './network-policies.ts';
import type { Pod } from './pod.ts';
import { at, exists, isTrue, itemsOf, type Place, textOf, textsOf } from './place.ts';
import { hookContainer } from './pre-start.ts';
import { secondsOf } from './quantity.ts';
import { settled } from './settle.ts';

/**
 * What runs once a release, before the new version of a service serves: its migration, and the commands before its start.
 * Named by content: the same one is there already and is not run again.
 */
export function onceJobs(context: ServiceContext, pod: Pod): readonly DraftObject[] {
  const hooks = itemsOf(at(context.place, 'pre_start')).filter(
    (hook) => !isTrue(at(hook, 'per_replica')),
  );
  const shared = {
    ...pod.container,
    ports: undefined,
    startupProbe: undefined,
    readinessProbe: undefined,
    lifecycle: undefined,
  };
  return [
    ...migration(context, { pod, shared }),
    ...splitTask(context, { pod, shared }),
    ...hooks.map((hook, index) =>
      jobOf(context, {
        pod,
        suffix: `before-${index}`,
        container: hookContainer(context, { hook, index, shared }),
        deadline: deadlineOf(context),
      }),
    ),
  ];
}

interface Sharing {
  readonly pod: Pod;
  readonly shared: DraftMap;
}

function migration(context: ServiceContext, { pod, shared }: Sharing): readonly DraftObject[] {
  const migrate = at(context.place, 'x-bowline', 'migrate');
  const command = at(migrate, 'command');
  const strategy = at(migrate, 'strategy');
  const { account } = context.parent;
  if (!exists(command)) return [];
  const text = textOf(strategy) ?? 'task';
  if (text !== 'task') {
    for (const key of ['command', 'lock_timeout', 'timeout'])
      if (exists(at(migrate, key)))
        account.handled(at(migrate, key), `up runs it: the strategy is ${text}`);
    if (exists(strategy)) account.handled(strategy, 'up heeds it');
    return [];
  }
  if (exists(strategy)) account.default(strategy, 'it runs once, as a Job');
  const timeout = at(migrate, 'timeout');
  const deadline = exists(timeout)
    ? from(Math.ceil(secondsOf(textOf(timeout) ?? '')), timeout)
    : assumed(900, 'x-bowline.migrate.timeout is not said');
  const container = {
    ...shared,
    name: `${context.name}-migrate`.slice(-63).replace(/^-+/, ''),
    command: commandOf(command),
    args: undefined,
    env: filled([...listOf(shared['env']), ...lockTimeout(context, at(migrate, 'lock_timeout'))]),
  };
  return [jobOf(context, { pod, suffix: 'migrate', container, deadline })];
}

/** What stood in front of the server in its command. */
function splitTask(context: ServiceContext, { pod, shared }: Sharing): readonly DraftObject[] {
  const { releaseTask: task } = context.service;
  if (task === undefined || (task.origin !== 'command' && task.origin !== 'image')) return [];
  const words = (texts: readonly string[] | undefined): readonly Draft[] | undefined =>
    texts?.map((text) =>
      wordFrom(context, { text, secretValues: pod.secretValues, places: partsOf(context) }),
    );
  const container = {
    ...shared,
    name: `${context.name}-migrate`.slice(-63).replace(/^-+/, ''),
    command: words(task.entrypoint ?? context.service.entrypoint),
    args: words(task.command),
    env: filled([...listOf(shared['env']), ...lockTimeout(context, NOWHERE)]),
  };
  return [jobOf(context, { pod, suffix: 'migrate', container, deadline: deadlineOf(context) })];
}

/** Absent: no `up` waits for it. */
function deadlineOf({ service: { releaseTask: task } }: ServiceContext): Draft {
  return task && assumed(Math.ceil(task.timeoutMs / 1000), 'a migration that hangs is ended');
}

const NOWHERE: Place = { value: undefined, pointer: '' };

function commandOf(command: Place): Draft {
  const text = textOf(command);
  if (text !== undefined) return ['/bin/sh', '-c', from(escapeForKubelet(text), command)];
  return textsOf(command).map((word) => from(escapeForKubelet(word.text), word.place));
}

/** What every client of PostgreSQL that is made with libpq heeds. */
function lockTimeout(context: ServiceContext, leaf: Place): readonly Draft[] {
  const { service } = context;
  if (service.environment.has('PGOPTIONS')) return [];
  if (!exists(leaf) && !dependsOnPostgres(context)) return [];
  const ms = exists(leaf) ? Math.ceil(secondsOf(textOf(leaf) ?? '') * 1000) : 5000;
  const value = `-c lock_timeout=${ms}`;
  return [
    {
      name: 'PGOPTIONS',
      value: exists(leaf)
        ? from(value, leaf)
        : assumed(value, 'a migration does not wait for long'),
    },
  ];
}

const EARLY_TRIES = 4;

interface Once {
  readonly pod: Pod;
  readonly suffix: string;
  readonly container: DraftMap;
  readonly deadline: Draft;
}

function jobOf(context: ServiceContext, { pod, suffix, container, deadline }: Once): DraftObject {
  const name = `${context.name}-${suffix}`;
  const gates = databaseGates(context);
  const isFree = context.service.dependsOn.length === 0;
  // Not those of the service: its Service must not lead here.
  const labels = {
    ...labelsOf(context),
    ...selectorOf(context),
    'app.kubernetes.io/name': name.slice(0, 63).replace(/-+$/, ''),
    'app.kubernetes.io/component': 'release-task',
  };
  const mounted = new Set(pod.claimTemplates.map(nameOfClaim));
  const draft: DraftObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: context.parent.namespace,
      labels,
    },
    spec: {
      // Behind a database that answers, or nothing at all, a failure is one; else it may have come too early.
      backoffLimit: gates.length > 0 || isFree ? 0 : EARLY_TRIES,
      activeDeadlineSeconds: deadline,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { labels: { ...labels, ...networkLabels(context) } },
        spec: {
          ...pod.spec,
          restartPolicy: 'Never',
          topologySpreadConstraints: undefined,
          initContainers: filled(gates),
          containers: [
            {
              ...container,
              volumeMounts: filled(
                listOf(container['volumeMounts']).filter((mount) => !mounted.has(nameOf(mount))),
              ),
            },
          ],
        },
      },
    },
  };
  const content = JSON.stringify(settled(draft)['spec'] ?? null);
  return { ...draft, metadata: { ...draft.metadata, name: nameByContent(name, content) } };
}

function nameOfClaim(template: Draft): string | undefined {
  return template instanceof Object && 'metadata' in template
    ? nameOf(template['metadata'])
    : undefined;
}

function nameOf(draft: Draft): string | undefined {
  const name = draft instanceof Object && 'name' in draft ? draft['name'] : undefined;
  const plain = name instanceof Object && 'value' in name ? name['value'] : name;
  return typeof plain === 'string' ? plain : undefined;
}

function listOf(draft: Draft): readonly Draft[] {
  return Array.isArray(draft) ? draft : [];
}
