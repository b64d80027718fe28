import type { ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap, filled, from } from './draft.ts';
import type { ContainerEnvironment } from './environment.ts';
import { escapeForKubelet } from './escape.ts';
import { at, exists, isTrue, itemsOf, type Place, textOf } from './place.ts';
import { renameHosts } from './rename-hosts.ts';

/** What a container runs: image, command, variables. Probes, mounts and rights are added by who makes the pod. */
export function processOf(context: ServiceContext, environment: ContainerEnvironment): DraftMap {
  const { service, place } = context;
  const { command, args } = commandOf(context, environment);
  return {
    image: imageOf(context),
    imagePullPolicy: pullPolicyOf(context),
    command,
    args,
    workingDir: from(service.workingDir, at(place, 'working_dir')),
    env: environment.env,
    envFrom: environment.envFrom,
    tty: service.tty ? from(true, at(place, 'tty')) : undefined,
    stdin: service.stdinOpen ? from(true, at(place, 'stdin_open')) : undefined,
  };
}

function imageOf({ service, place, parent }: ServiceContext): Draft {
  const pushed = parent.options.images?.get(service.name);
  const built = `${parent.project.name}-${service.name}`;
  const written = at(place, 'image');
  const image = pushed ?? service.image ?? built;
  return service.image === undefined
    ? assumed(image, 'the name that a built image gets')
    : from(image, written);
}

function pullPolicyOf({ place, parent: { account } }: ServiceContext): Draft {
  const written = at(place, 'pull_policy');
  const policy = textOf(written);
  switch (policy) {
    case undefined:
      return assumed('IfNotPresent', 'Compose fetches an image when it is missing');
    case 'missing':
    case 'if_not_present':
      return from('IfNotPresent', written);
    case 'never':
      return from('Never', written);
    case 'build':
      account.handled(written, 'images are built and pushed before');
      return assumed('IfNotPresent', 'the image was built and pushed before');
    default:
      // `always`; `daily` and the like ask for it at intervals that nobody on a cluster counts.
      return from('Always', written);
  }
}

interface Command {
  readonly command: Draft;
  readonly args: Draft;
}

/** Compose's entry point is the `command` of a pod, and Compose's command its `args`. */
function commandOf(context: ServiceContext, environment: ContainerEnvironment): Command {
  const { service, place, facts, parent } = context;
  const entrypoint = at(place, 'entrypoint');
  const command = at(place, 'command');
  const { secretValues } = environment;
  const words = (texts: readonly string[] | undefined, written: Place): Draft =>
    service.releaseTask?.serve === undefined
      ? texts?.map((text, index) =>
          wordFrom(context, { text, secretValues, places: [at(written, String(index))] }),
        )
      : texts?.map((text) => wordFrom(context, { text, secretValues, places: partsOf(context) }));
  const { account } = parent;
  const resetsEntrypoint = service.entrypoint?.length === 0;
  const resetsCommand = service.command?.length === 0;
  if (resetsEntrypoint && !resetsCommand) {
    // An empty list is taken for none: only what would run without an entry point can stand in its place.
    const instead = service.command ?? facts?.command;
    if (instead !== undefined && instead.length > 0) {
      account.default(entrypoint, 'what runs stands in its place');
      return {
        command: words(instead, command),
        args: undefined,
      };
    }
  }
  if (resetsEntrypoint) unknownReset(context, entrypoint, 'entry point');
  if (resetsCommand) {
    if (service.entrypoint !== undefined && service.entrypoint.length > 0)
      account.default(command, 'an entry point of its own drops the command of the image');
    else if (facts?.entrypoint !== undefined && facts.entrypoint.length > 0) {
      account.default(command, 'the entry point of the image runs without one');
      return { command: words(facts.entrypoint, entrypoint), args: undefined };
    } else unknownReset(context, command, 'command');
  }
  return {
    command: filled(listOf(words(service.entrypoint, entrypoint))),
    args: filled(listOf(words(service.command, command))),
  };
}

interface Word {
  readonly text: string;
  readonly secretValues: ReadonlyMap<string, string>;
  readonly places: readonly Place[];
}

/** A word of a command as the kubelet has to be given it. */
export function wordFrom({ parent }: ServiceContext, { text, secretValues, places }: Word): Draft {
  return from(withReferences(renameHosts(text, parent), secretValues), ...places);
}

/** All that a command was made of, where a release task was taken out of it. */
export function partsOf({ place }: ServiceContext): readonly Place[] {
  return ['entrypoint', 'command'].flatMap((key) => itemsOf(at(place, key)));
}

function unknownReset({ parent: { account } }: ServiceContext, place: Place, what: string): void {
  account.unsupported(
    place,
    `a pod cannot clear the ${what} of its image, which runs as the image says`,
    `Write the whole command line under entrypoint.`,
  );
}

function listOf(draft: Draft): readonly Draft[] {
  return Array.isArray(draft) ? draft : [];
}

/** A text shorter than this may be in a command by chance. */
const SHORTEST_SECRET = 6;

/** A secret that was written into a command is left to the kubelet to put in: objects that anybody may read do not show it. */
function withReferences(text: string, secrets: ReadonlyMap<string, string>): string {
  for (const [value, name] of secrets) {
    if (value.length < SHORTEST_SECRET || !text.includes(value)) continue;
    const parts = text.split(value);
    return parts
      .map((part, index) => {
        const rest = withReferences(part, secrets);
        const isLast = index === parts.length - 1;
        return isLast ? rest : `${rest.endsWith('$') ? `${rest}$` : rest}$(${name})`;
      })
      .join('');
  }
  return escapeForKubelet(text);
}

/** Nothing is said of a switch that is off. */
export function settleSwitches({ place, parent: { account } }: ServiceContext): void {
  for (const key of ['tty', 'stdin_open', 'init', 'privileged', 'read_only'])
    if (exists(at(place, key)) && !isTrue(at(place, key)))
      account.default(at(place, key), 'it is off in a pod, too');
}
