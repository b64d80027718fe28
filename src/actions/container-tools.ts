import type { ContainerTools } from '../engine/container-tools.ts';
import { RunError } from '../model/finding.ts';
import type { Service, ServiceName } from '../model/project.ts';
import type { Session } from './session.ts';

/** Who does on a cluster what a command does with containers. */
const ON_A_CLUSTER: Readonly<Record<string, { readonly cause: string; readonly fix: string }>> = {
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
  cp: {
    cause: 'files are copied by the tool of the cluster',
    fix: 'kubectl cp POD:/path here; bowline ps has the names of the pods.',
  },
  top: {
    cause: 'the processes of a pod are seen from inside it',
    fix: 'bowline exec SERVICE ps aux; kubectl top pods shows what pods use.',
  },
  stats: { cause: 'what pods use is measured by the cluster', fix: 'kubectl top pods' },
  events: { cause: 'what happens in a cluster is kept there', fix: 'kubectl get events --watch' },
  images: {
    cause: 'images are on the machines of the cluster',
    fix: 'bowline ps --format json has the image of each pod.',
  },
};

/**
 * What the engine can do with images and containers.
 *
 * @throws {RunError} when it has none.
 */
export function containerToolsOf({ engine }: Session, command: string): ContainerTools {
  if (engine.containers !== undefined) return engine.containers;
  const instead = engine.name === 'kubernetes' ? ON_A_CLUSTER[command] : undefined;
  if (instead !== undefined)
    throw new RunError([
      { code: 'engine/no-containers', cause: instead.cause, fix: [instead.fix] },
    ]);
  throw new RunError([
    {
      code: 'engine/no-containers',
      cause: `bowline ${command} is about containers, and the ${engine.name} engine has none to show`,
      fix: [`Where there are some: bowline --engine docker ${command}.`],
    },
  ]);
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
