import type { ContainerTools } from '../engine/container-tools.ts';
import type { EngineName } from '../model/engine-name.ts';
import { RunError } from '../model/finding.ts';
import type { Service, ServiceName } from '../model/project.ts';
import type { Session } from './session.ts';

interface Instead {
  readonly cause: string;
  readonly fix: string;
}

/** By command. */
type Words = Readonly<Record<string, Instead | undefined>>;

/** Who does on a cluster what a command does with containers. */
const ON_A_CLUSTER: Words = {
  build: {
    cause: 'on a cluster nothing is built',
    fix: 'bowline up --build builds here, and brings the images to the cluster.',
  },
  push: {
    cause: 'what is built here is pushed when it is brought up',
    fix: 'bowline up --registry registry.example.com/shop builds, pushes and rolls it out.',
  },
  pull: {
    cause: 'the machines of a cluster fetch images themselves, when a pod starts there',
    fix: 'Give the image a new tag and bring it up, or write pull_policy: always and restart it.',
  },
  kill: {
    cause: 'a cluster starts again at once whatever is killed there',
    fix: 'bowline stop takes a service to no copies; bowline exec SERVICE kill -s HUP 1 sends a signal.',
  },
  images: {
    cause: 'images are on the machines of the cluster',
    fix: 'bowline ps --format json has the image of each pod.',
  },
};

/** The same on this machine. */
const NATIVELY: Words = {
  stats: {
    cause: 'what processes use is measured by the system',
    fix: 'bowline top lists them with their time and memory; top -p PID follows one.',
  },
  events: {
    cause: 'what happens to services is told by the command that does it',
    fix: 'bowline logs --follow goes on with what they write; bowline ps shows how they are.',
  },
};

/** What each command needs of the tools. */
const TOOL: Readonly<Record<string, keyof ContainerTools>> = {
  build: 'build',
  push: 'push',
  pull: 'pull',
  kill: 'signal',
  cp: 'copy',
  top: 'top',
  stats: 'usage',
  events: 'events',
  images: 'images',
  'down --rmi': 'removeImages',
};

/**
 * What the engine can do with images and containers.
 *
 * @throws {RunError} when it cannot do what the command is about.
 */
export function containerToolsOf({ engine }: Session, command: string): ContainerTools {
  const refuse = (): never => {
    throw refusal(engine.name, command);
  };
  const needed = TOOL[command];
  if (needed === undefined || engine.containers?.[needed] === undefined) refuse();
  return {
    pull: refuse,
    build: refuse,
    push: refuse,
    images: refuse,
    top: refuse,
    usage: refuse,
    signal: refuse,
    events: refuse,
    copy: refuse,
    removeImages: refuse,
    ...engine.containers,
  };
}

function refusal(engine: EngineName, command: string): RunError {
  const words: Readonly<Record<EngineName, Words>> = {
    kubernetes: ON_A_CLUSTER,
    native: NATIVELY,
    docker: {},
  };
  const instead = words[engine][command];
  const { cause, fix } = instead ?? {
    cause: `bowline ${command} is about containers, and the ${engine} engine has none to show`,
    fix: `Where there are some: bowline --engine docker ${command}.`,
  };
  return new RunError([{ code: 'engine/no-containers', cause, fix: [fix] }]);
}

/** The services of those names; all of them without any. */
export function servicesOf(
  { project }: Session,
  names: readonly ServiceName[],
): readonly Service[] {
  return names.length === 0
    ? project.services
    : project.services.filter(({ name }) => names.includes(name));
}
