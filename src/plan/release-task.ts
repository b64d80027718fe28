import { createHash } from 'node:crypto';

import type { Observed } from '../model/observed.ts';
import type { Project, Service } from '../model/project.ts';
import type { ObservedTask } from '../model/observed.ts';
import type { ReleaseTask } from '../model/release-task.ts';
import { withDependencies } from './dependency-order.ts';

/** A release task that has to run, and why. */
export interface NeededTask {
  readonly fingerprint: string;
  readonly because: string;
  readonly strategy: ReleaseTask['strategy'];
}

export interface TaskQuestion {
  readonly project: Project;
  readonly observed: Observed;
  /** What a copy of the service is compared with. */
  readonly fingerprint: string;
  /** Start anew what has not changed, too. */
  readonly forced: boolean;
}

/**
 * The release task that belongs before a start of `service`; nothing when there is none or the very same has succeeded.
 *
 * What has succeeded runs again where its success says nothing any more: the files of the service are the user's own
 * and may have changed, or the data that it worked on are gone.
 */
export function neededTask(
  service: Service,
  { project, observed, fingerprint, forced }: TaskQuestion,
): NeededTask | undefined {
  const task = service.releaseTask;
  if (task === undefined) return undefined;
  const wanted = fingerprintOf(task, fingerprint);
  const last = observed.tasks?.find((each) => each.service === service.name);
  const because =
    reasonFrom(last, wanted) ??
    (forced ? 'asked for' : undefined) ??
    (hasFilesOfOthers(service) ? 'its files may have changed' : undefined) ??
    (losesData(service, { project, observed }) ? 'its data are new' : undefined);
  if (because === undefined) return undefined;
  return { fingerprint: wanted, because, strategy: task.strategy };
}

/** Is it known that the task was started, and not how it ended? */
export function isUnknown({ state }: ObservedTask): boolean {
  return state.kind === 'finished' && state.exit.kind === 'unknown';
}

function reasonFrom(last: ObservedTask | undefined, wanted: string): string | undefined {
  if (last === undefined) return 'not run yet';
  const { state } = last;
  if (state.kind === 'running') return last.fingerprint === wanted ? 'still running' : 'changed';
  if (isUnknown(last)) return 'nobody saw how it ended';
  if (state.exit.kind !== 'code' || state.exit.code !== 0) return 'it failed';
  return last.fingerprint === wanted ? undefined : 'changed';
}

function fingerprintOf({ command, entrypoint }: ReleaseTask, service: string): string {
  const text = JSON.stringify([service, entrypoint ?? null, command]);
  return createHash('sha256').update(text).digest('hex');
}

/** Mounted files are no part of what the fingerprint was made of. */
function hasFilesOfOthers({ mounts }: Service): boolean {
  return mounts.some(({ kind }) => kind === 'bind');
}

/** A volume of something that the service depends on is about to be created. */
function losesData(
  { name }: Service,
  { project, observed }: Pick<TaskQuestion, 'project' | 'observed'>,
): boolean {
  const below = withDependencies(project.services, [name]);
  const keys = project.services
    .filter((each) => below.has(each.name))
    .flatMap(({ mounts }) =>
      mounts.flatMap((mount) => (mount.kind === 'volume' ? [mount.source] : [])),
    );
  return project.volumes.some(
    (volume) =>
      keys.includes(volume.key) && !volume.external && !observed.volumes.includes(volume.name),
  );
}
