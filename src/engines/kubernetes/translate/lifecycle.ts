import type { ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap, filledMap, from } from './draft.ts';
import { shellWord } from './escape.ts';
import { at, entriesOf, exists, isTrue, itemsOf, type Place, textOf, textsOf } from './place.ts';
import { soundsSecret } from './secret-words.ts';

/** New connections still arrive while the word spreads that a pod goes. */
const DRAIN_SECONDS = 12;
/** A database writes down what it has in memory before it ends. */
const DATABASE_GRACE_SECONDS = 60;

export interface Ending {
  readonly lifecycle: DraftMap | undefined;
  readonly terminationGracePeriodSeconds: Draft;
}

/** Hooks, and how long a pod may take to end: it goes on serving for a while before it is asked to. */
export function endingOf(
  context: ServiceContext,
  { drains }: { readonly drains: boolean },
): Ending {
  const { place, service, server } = context;
  const after = itemsOf(at(place, 'post_start'));
  const before = itemsOf(at(place, 'pre_stop'));
  settleStopSignal(context);
  for (const hook of [...after, ...before]) settleHook(context, hook);
  const drainSeconds = drains ? DRAIN_SECONDS : 0;
  const written = at(place, 'stop_grace_period');
  const grace = Math.ceil(service.stopGracePeriodMs / 1000);
  const least = server?.isDatabase === true && !exists(written) ? DATABASE_GRACE_SECONDS : 0;
  return {
    lifecycle: filledMap({
      postStart: after.length === 0 ? undefined : { exec: { command: hooksIn(after, []) } },
      preStop: preStopOf(before, drainSeconds),
    }),
    terminationGracePeriodSeconds: exists(written)
      ? from(drainSeconds + grace, written)
      : assumed(
          Math.max(least, drainSeconds + grace),
          'the grace period of Compose, after the time to drain',
        ),
  };
}

function preStopOf(hooks: readonly Place[], drainSeconds: number): DraftMap | undefined {
  if (hooks.length > 0)
    return {
      exec: { command: hooksIn(hooks, drainSeconds === 0 ? [] : [`sleep ${drainSeconds}`]) },
    };
  return drainSeconds === 0
    ? undefined
    : {
        sleep: assumed(
          { seconds: drainSeconds },
          'connections arrive until every proxy knows that the pod goes',
        ),
      };
}

/** A pod has one command for each event: several become one shell line. Nothing is put in for `$` in hooks. */
function hooksIn(hooks: readonly Place[], first: readonly string[]): Draft {
  const [only] = hooks;
  if (only !== undefined && hooks.length === 1 && first.length === 0 && isPlain(only))
    return textsOf(at(only, 'command')).map(({ text, place }) => from(text, place));
  const lines = [...first, ...hooks.map(lineOf)];
  return ['/bin/sh', '-c', from(lines.join(' && '), ...hooks.flatMap(shownParts))];
}

function isPlain(hook: Place): boolean {
  return !exists(at(hook, 'working_dir')) && entriesOf(at(hook, 'environment')).length === 0;
}

function shownParts(hook: Place): readonly Place[] {
  return [
    ...textsOf(at(hook, 'command')).map(({ place }) => place),
    at(hook, 'working_dir'),
    ...entriesOf(at(hook, 'environment')).map(([, value]) => value),
  ];
}

function lineOf(hook: Place): string {
  const folder = textOf(at(hook, 'working_dir'));
  const variables = entriesOf(at(hook, 'environment')).map(
    ([name, value]) => `${name}=${shellWord(textOf(value) ?? '')}`,
  );
  const command = textsOf(at(hook, 'command')).map(({ text }) => shellWord(text));
  const line = [...variables, ...command].join(' ');
  return folder === undefined ? line : `(cd ${shellWord(folder)} && ${line})`;
}

function settleHook({ parent: { account } }: ServiceContext, hook: Place): void {
  const privileged = at(hook, 'privileged');
  if (exists(privileged) && !isTrue(privileged))
    account.default(privileged, 'it runs with the rights of the service');
  for (const [name, value] of entriesOf(at(hook, 'environment')))
    if (soundsSecret(name) || !/^[a-zA-Z_]\w*$/.test(name))
      account.refused(
        value,
        'hooks are written into objects that anybody may read',
        'Put it into the environment of the service.',
      );
}

function settleStopSignal({ place, parent: { account }, server }: ServiceContext): void {
  const leaf = at(place, 'stop_signal');
  const signal = textOf(leaf)?.toUpperCase().replace(/^SIG/, '');
  if (signal === undefined) return;
  if (signal === 'TERM' || signal === '15') account.default(leaf, 'it is the signal that pods get');
  else if (server?.kind === 'postgres' && signal === 'INT')
    account.default(leaf, 'it is the signal of the image');
  else
    account.unsupported(
      leaf,
      'the signal of the image is sent, SIGTERM if it names none',
      `Write STOPSIGNAL SIG${signal} into the Dockerfile.`,
    );
}
