import type { Cancellable, Emitting } from '../../../engine/engine.ts';
import { systemClock } from '../../../host/clock.ts';
import { within } from '../../../host/delay.ts';
import type { EventBody } from '../../../model/event.ts';
import { RunError } from '../../../model/finding.ts';
import type { Service } from '../../../model/project.ts';
import type { ReleaseTask } from '../../../model/release-task.ts';
import { type Step, stepIdOf } from '../../../model/step.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Objects } from '../cluster/objects.ts';
import { builtIn } from '../cluster/resources.ts';
import { idOf, type KubernetesObject } from '../object.ts';
import type { KubernetesOptions } from '../options.ts';
import { isTask, ownerOf } from '../parts.ts';
import type { Sent } from '../track/sent.ts';
import type { SharedView } from '../track/shared-view.ts';
import { type TrackOutcome, trackTogether } from '../track/track.ts';
import type { View } from '../track/view.ts';
import type { Job, Pod } from '../track/wire.ts';
import { withFingerprint } from './observed-tasks.ts';
import { taskFailure } from './task-failure.ts';
import { showTaskOutput } from './task-output.ts';
import { endOfJob, hasBegun, inOrderOfTime } from './task-pods.ts';

export interface TaskPlace {
  readonly cluster: Cluster;
  readonly options: Pick<KubernetesOptions, 'names' | 'adopt'>;
  readonly shared: SharedView;
  readonly sent: Sent;
  readonly apply: (objects: readonly KubernetesObject[], options: Cancellable) => Promise<boolean>;
}

export interface ReleaseTaskOptions extends Cancellable, Emitting {
  readonly step: Extract<Step, { readonly kind: 'release-task' }>;
  readonly service: Service;
  readonly task: ReleaseTask;
  /** What it is on the cluster, in the order in which they run. */
  readonly jobs: readonly KubernetesObject[];
}

/** Longer than a Job may take, for the cluster itself ends it then. */
const GRACE_MS = 60_000;
/** For what was written last, when the end is known already. */
const LAST_LINES_MS = 10_000;

/**
 * Runs a release task as Jobs: they go on when this command dies, and the cluster keeps how they ended. One that an
 * earlier command has made is waited for and not made twice, and shown from its beginning.
 *
 * @throws {RunError} when it fails.
 */
export async function runReleaseTask(
  place: TaskPlace,
  asked: ReleaseTaskOptions,
): Promise<{ readonly changed: boolean }> {
  return place.shared.use(async (view) => {
    const run = new TaskRun({ ...place, view }, asked);
    await run.awaitOthers();
    let changed = false;
    for (const job of asked.jobs) if (await run.run(job)) changed = true;
    return { changed };
  });
}

class TaskRun {
  readonly #place: TaskPlace & { readonly view: View };
  readonly #asked: ReleaseTaskOptions;

  constructor(place: TaskPlace & { readonly view: View }, asked: ReleaseTaskOptions) {
    this.#place = place;
    this.#asked = asked;
  }

  /** Two versions of a task must not work at once: the one before comes to its end, unless it never began. */
  async awaitOthers(): Promise<void> {
    const { view, options } = this.#place;
    const { service, jobs } = this.#asked;
    const wanted = new Set(jobs.map(({ metadata }) => metadata.name));
    const others = view
      .all('Job')
      .filter((object): object is Job => isTask(object) && !wanted.has(object.metadata.name))
      .filter((job) => ownerOf(options, job) === service.name && endOfJob(job) === undefined);
    for (const job of others) {
      if (this.#podsOf(job).some(hasBegun)) await this.#track(job);
      else await this.#delete(job);
    }
  }

  /** True when it ran, or ran on; false when it had succeeded before. */
  async run(job: KubernetesObject): Promise<boolean> {
    const { jobs, step, signal } = this.#asked;
    const isDone = this.#isComplete(job);
    const isLast = job === jobs.at(-1);
    const marked = isLast ? withFingerprint(job, step.fingerprint) : job;
    await this.#place.apply([marked], { signal });
    if (isDone && this.#isComplete(job)) return false;
    const lines: string[] = [];
    const outcome = await this.#shown(job, lines);
    if (outcome.kind === 'done') return true;
    const now = this.#now(job);
    const pods = now === undefined ? [] : this.#podsOf(now);
    // Told as failed, it must not begin, or try again, when nobody looks any more.
    if (now !== undefined && outcome.kind === 'failed' && endOfJob(now) === undefined)
      await this.#delete(now);
    const { findings } = outcome;
    throw new RunError(
      outcome.kind === 'failed'
        ? taskFailure({ ...this.#asked, lines, job: now, pods, findings })
        : findings,
    );
  }

  /** Follows it to its end, and shows what it writes meanwhile. */
  async #shown(job: KubernetesObject, lines: string[]): Promise<TrackOutcome> {
    const { cluster, view } = this.#place;
    const { service, emit, signal } = this.#asked;
    const cut = new AbortController();
    let isOver = false;
    const showing = showTaskOutput(
      {
        cluster,
        view,
        service: service.name,
        job: () => this.#now(job),
        isOver: () => isOver,
        show: (text) => {
          lines.push(text);
          emit({ kind: 'output', service: service.name, text });
        },
        onUnreadable: ({ message }) => {
          const text = `what its release task writes cannot be read: ${message}`;
          emit({ kind: 'note', level: 'warning', service: service.name, text });
        },
      },
      AbortSignal.any([signal, cut.signal]),
    ).catch((error: unknown) => {
      if (!cut.signal.aborted) throw error;
    });
    showing.catch(() => undefined);
    try {
      const outcome = await this.#track(job);
      isOver = true;
      view.touch();
      await within(showing, LAST_LINES_MS);
      return outcome;
    } finally {
      cut.abort();
      await showing;
    }
  }

  #track(job: KubernetesObject): Promise<TrackOutcome> {
    const { cluster, shared, sent } = this.#place;
    const { task, signal } = this.#asked;
    const { namespace } = cluster.target;
    return trackTogether({ cluster, shared }, [{ namespace, ...idOf(job) }], {
      signal,
      sent,
      clock: systemClock,
      timeoutMs: task.timeoutMs + GRACE_MS,
      emit: (event) => this.#tell(event, job),
    });
  }

  /** The plan's own step says when it is done. */
  #tell(event: EventBody, job: KubernetesObject): void {
    const { step, emit } = this.#asked;
    if (event.kind === 'object') return;
    if (event.kind !== 'waiting') return emit(event);
    const now = this.#now(job);
    const hasBegunNow = now !== undefined && this.#podsOf(now).some(hasBegun);
    const running = hasBegunNow ? 'it has not ended yet' : 'it has not begun yet';
    const because = event.because === 'running' ? running : event.because;
    return emit({ ...event, step: stepIdOf(step), because });
  }

  /** As the cluster has it since it was applied. */
  #now(job: KubernetesObject): Job | undefined {
    const { cluster, view, sent } = this.#place;
    const found = view.get({ namespace: cluster.target.namespace, ...idOf(job) });
    return found === undefined || sent.isOlder(found) ? undefined : found;
  }

  #isComplete(job: KubernetesObject): boolean {
    const now = this.#now(job);
    return now !== undefined && endOfJob(now)?.kind === 'complete';
  }

  #podsOf(job: Job): readonly Pod[] {
    return inOrderOfTime<Pod>(this.#place.view.relatedTo(job, 'Pod'));
  }

  async #delete(job: Job): Promise<void> {
    const { uid } = job.metadata;
    const only = { signal: this.#asked.signal, ...(uid !== undefined && { uid }) };
    await new Objects(this.#place.cluster).delete(builtIn.jobs, idOf(job), only);
  }
}
