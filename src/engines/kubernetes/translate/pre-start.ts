import type { ServiceContext } from './context.ts';
import { type Draft, type DraftMap, filled, from, Traced } from './draft.ts';
import { escapeForKubelet, shellWord } from './escape.ts';
import { at, entriesOf, exists, isTrue, itemsOf, type Place, textOf, textsOf } from './place.ts';
import { soundsSecret } from './secret-words.ts';

/** What must succeed in each pod before its service starts: hooks for each copy, and the check of the database's schema. */
export function initContainers(context: ServiceContext, shared: DraftMap): readonly Draft[] {
  const hooks = itemsOf(at(context.place, 'pre_start')).filter((hook) =>
    isTrue(at(hook, 'per_replica')),
  );
  const check = at(context.place, 'x-bowline', 'migrate', 'check');
  const words = wordsOf(check);
  const gate =
    words.length === 0
      ? []
      : [
          {
            name: `${context.name}-schema`.slice(-63).replace(/^-+/, ''),
            ...shared,
            command: ['/bin/sh', '-c', waitingLine(words, check)],
            args: undefined,
          },
        ];
  return [...gate, ...hooks.map((hook, index) => hookContainer(context, { hook, index, shared }))];
}

function wordsOf(place: Place): readonly { readonly text: string; readonly place: Place }[] {
  const text = textOf(place);
  return text === undefined ? textsOf(place) : [{ text, place }];
}

function waitingLine(words: ReturnType<typeof wordsOf>, check: Place): Draft {
  const isText = textOf(check) !== undefined;
  const line = words.map(({ text }) => (isText ? text : shellWord(text))).join(' ');
  return from(
    escapeForKubelet(`until ${line}; do sleep 2; done`),
    ...words.map(({ place }) => place),
  );
}

interface Hook {
  readonly hook: Place;
  readonly index: number;
  readonly shared: DraftMap;
}

/** A container for a hook: that of the service with another command. */
export function hookContainer(context: ServiceContext, { hook, index, shared }: Hook): DraftMap {
  const [image, folder, user] = ['image', 'working_dir', 'user'].map((key) => at(hook, key));
  const uid = textOf(user ?? hook);
  const { account } = context.parent;
  if (user !== undefined && exists(user) && !/^\d+$/.test(uid ?? ''))
    account.unsupported(user, 'a pod asks for users by number', 'Write the number.');
  const perReplica = at(hook, 'per_replica');
  if (exists(perReplica))
    account.default(perReplica, isTrue(perReplica) ? 'it runs in each pod' : 'it runs once');
  const privileged = at(hook, 'privileged');
  if (exists(privileged) && !isTrue(privileged)) account.default(privileged, 'it is off');
  return {
    ...shared,
    name: `${context.name}-before-${index}`.slice(-63).replace(/^-+/, ''),
    image: image !== undefined && exists(image) ? from(textOf(image), image) : shared['image'],
    command: textsOf(at(hook, 'command')).map(({ text, place }) =>
      from(escapeForKubelet(text), place),
    ),
    args: undefined,
    workingDir:
      folder !== undefined && exists(folder) ? from(textOf(folder), folder) : shared['workingDir'],
    env: filled([...listOf(shared['env']), ...variablesOf(context, hook)]),
    securityContext: rightsOf(shared['securityContext'], {
      user: user !== undefined && /^\d+$/.test(uid ?? '') ? from(Number(uid), user) : undefined,
      privileged: isTrue(privileged) ? from(true, privileged) : undefined,
    }),
  };
}

function variablesOf({ parent: { account } }: ServiceContext, hook: Place): readonly Draft[] {
  return entriesOf(at(hook, 'environment')).flatMap(([name, value]) => {
    if (soundsSecret(name)) {
      account.refused(
        value,
        'hooks are written into objects that anybody may read',
        'Put it into the environment of the service.',
      );
      return [];
    }
    return [{ name, value: from(escapeForKubelet(textOf(value) ?? ''), value) }];
  });
}

function listOf(draft: Draft): readonly Draft[] {
  return Array.isArray(draft) ? draft : [];
}

function rightsOf(
  shared: Draft,
  { user, privileged }: { readonly user: Draft; readonly privileged: Draft },
): Draft {
  if (user === undefined && privileged === undefined) return shared;
  return { ...mapOf(shared), runAsUser: user, privileged };
}

function mapOf(draft: Draft): DraftMap {
  const isMap =
    typeof draft === 'object' &&
    draft !== null &&
    !Array.isArray(draft) &&
    !(draft instanceof Traced);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked on the lines above
  return isMap ? (draft as DraftMap) : {};
}
