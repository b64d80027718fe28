import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';

import { exitInWords } from '../../../diagnose/exit-in-words.ts';
import { releaseTaskFailed } from '../../../diagnose/release-task-failed.ts';
import { systemClock } from '../../../host/clock.ts';
import { RunError } from '../../../model/finding.ts';
import type { ExitStatus } from '../../../model/observed.ts';
import type { ReleaseTask } from '../../../model/release-task.ts';
import { execInPod } from '../exec-in-pod.ts';
import { idOf, type KubernetesObject } from '../object.ts';
import { mainContainerOf } from '../observe.ts';
import type { OnCluster } from '../on-cluster.ts';
import { podsOfNewVersion } from '../track/ownership.ts';
import type { SharedView } from '../track/shared-view.ts';
import { type TrackOutcome, trackTogether } from '../track/track.ts';
import type { View } from '../track/view.ts';
import type { Pod } from '../track/wire.ts';
import type { ReleaseTaskOptions } from './run-release-task.ts';
import { isRunning } from './task-pods.ts';

type Place = Pick<OnCluster, 'cluster' | 'sent'> & { readonly shared: SharedView };
type Asked = Omit<ReleaseTaskOptions, 'jobs'> & {
  /** What makes the pods of the service. */
  readonly workloads: readonly KubernetesObject[];
};

/** How often it is looked even if nothing is said to have changed. */
const LOOK_MS = 500;

/**
 * Runs a release task in a pod of the new version, as soon as one runs: it may be ready only afterwards.
 *
 * @throws {RunError} when it fails, or no pod ever runs.
 */
export async function runInside(place: Place, asked: Asked): Promise<void> {
  const { service, task } = asked;
  const lines: string[] = [];
  const pod = await place.shared.use((view) => runningPod({ ...place, view }, asked));
  const patience = AbortSignal.timeout(Math.min(task.timeoutMs, 0x7fff_ffff));
  const signal = AbortSignal.any([asked.signal, patience]);
  const exit = await execShown(place, pod, { ...asked, signal, lines }).catch((error: unknown) => {
    if (!patience.aborted || asked.signal.aborted) throw error;
    return undefined;
  });
  if (exit?.kind === 'code' && exit.code === 0) return;
  const how = exit === undefined ? lateIn(pod, task) : exitInWords(exit);
  throw new RunError([releaseTaskFailed({ service: service.name, task, how, lines })]);
}

/** The cluster can begin a command in a container, but not end it. */
function lateIn({ metadata }: Pod, { timeoutMs }: ReleaseTask): string {
  return `has not ended after ${timeoutMs / 1000} s, and may still run in ${metadata.name}`;
}

async function execShown(
  { cluster }: Place,
  pod: Pod,
  { service, task, emit, signal, lines }: Asked & { readonly lines: string[] },
): Promise<ExitStatus> {
  const { name, namespace = '' } = pod.metadata;
  const output = new PassThrough();
  const shown = (async () => {
    for await (const text of createInterface({ input: output, crlfDelay: Infinity })) {
      lines.push(text);
      emit({ kind: 'output', service: service.name, text });
    }
  })();
  try {
    const place = { namespace, pod: name, container: mainContainerOf(pod) };
    const streams = { stdout: output, stderr: output };
    const command = [...(task.entrypoint ?? []), ...task.command];
    return await execInPod(cluster, place, { command, streams, signal });
  } finally {
    output.end();
    await shown;
  }
}

/** Gives up when the service never will run. */
async function runningPod(
  { cluster, shared, sent, view }: Place & { readonly view: View },
  { workloads, emit, signal, task }: Asked,
): Promise<Pod> {
  const { namespace } = cluster.target;
  const ids = workloads.map((each) => ({ namespace, ...idOf(each) }));
  const cut = new AbortController();
  const both = AbortSignal.any([signal, cut.signal]);
  const times = { clock: systemClock, timeoutMs: task.timeoutMs };
  const quiet = (event: Parameters<typeof emit>[0]): void => {
    if (event.kind !== 'object') emit(event);
  };
  const ended: TrackOutcome[] = [];
  const tracking = trackTogether({ cluster, shared }, ids, {
    ...times,
    signal: both,
    sent,
    emit: quiet,
  });
  tracking.then(
    (outcome) => ended.push(outcome),
    () => undefined,
  );
  try {
    for (;;) {
      const live = ids.flatMap((id) => view.get(id) ?? []).filter((each) => !sent.isOlder(each));
      const found = live.flatMap((each) => podsOfNewVersion(each, view)).find(isRunning);
      if (found !== undefined) return found;
      const [outcome] = ended;
      if (outcome !== undefined && outcome.kind !== 'done') throw new RunError(outcome.findings);
      await view.change(LOOK_MS, signal);
    }
  } finally {
    cut.abort();
    await tracking.catch(() => undefined);
  }
}
