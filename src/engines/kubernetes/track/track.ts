import type { Trouble } from '../../../diagnose/trouble.ts';
import type { Clock } from '../../../host/clock.ts';
import type { EventBody } from '../../../model/event.ts';
import type { Finding } from '../../../model/finding.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { builtIn, type ResourceKind } from '../cluster/resources.ts';
import { keyOf, type KubernetesObject, type ObjectId, titleOf } from '../object.ts';
import { CrashLog } from './crash-log.ts';
import { newestPodsOf } from './ownership.ts';
import { type Seen, troublesOf } from './judge.ts';
import type { Sent } from './sent.ts';
import type { SharedView } from './shared-view.ts';
import { statusOf } from './status-of.ts';
import { readStorage } from './storage.ts';
import { View } from './view.ts';
import type { Claim, Pod, StorageClass } from './wire.ts';

export interface TrackOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly timeoutMs: number;
  /** What was changed a moment ago. */
  readonly sent?: Sent;
  /** What was done to each, which is told together with its being ready. */
  readonly quiet?: ReadonlySet<string>;
}

export type TrackOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly findings: readonly Finding[] }
  | { readonly kind: 'timed-out'; readonly findings: readonly Finding[] };

/** How often it is looked even if nothing is said to have changed: some verdicts need time to pass. */
const LOOK_MS = 1000;
/** A word about what is being waited for. */
const TELL_MS = 10_000;
/** A process without a probe counts as ready the moment it runs, and may end a moment later. */
const STEADY_MS = 3000;
/** Longer ago than any clocks of two machines differ. */
const LONG_AGO_MS = 60_000;

/** Kinds whose objects work only some time after they are there. */
const AWAITED = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'PersistentVolumeClaim', 'Pod'];

/**
 * Follows objects until all of them work, one of them is beyond hope, or time is up.
 *
 * @throws {RunError} when the cluster cannot be asked.
 */
export async function track(
  cluster: Cluster,
  ids: readonly ObjectId[],
  options: TrackOptions,
): Promise<TrackOutcome> {
  const awaited = ids.filter(({ kind }) => AWAITED.includes(kind));
  if (awaited.length === 0) return { kind: 'done' };
  const { signal } = options;
  using view = new View(cluster, {
    namespaces: [...new Set(awaited.flatMap(({ namespace }) => namespace ?? []))],
    kinds: kindsFor(awaited),
    optional: [builtIn.events, builtIn.replicaSets],
    signal,
  });
  const storage = await readStorage(cluster, awaited, signal);
  await view.listed();
  const crashes = new CrashLog(cluster, { signal, onRead: () => view.touch() });
  // The view must live as long as the wait.
  return await new Tracking({ view, crashes, storage }, awaited, options).run();
}

/** As `track`, for workloads of the namespace that others look at as well. */
export async function trackTogether(
  { cluster, shared }: { readonly cluster: Cluster; readonly shared: SharedView },
  ids: readonly ObjectId[],
  options: TrackOptions,
): Promise<TrackOutcome> {
  const { signal } = options;
  const awaited = ids.filter(({ kind }) => AWAITED.includes(kind));
  if (awaited.length === 0) return { kind: 'done' };
  const storage = await readStorage(cluster, awaited, signal);
  return shared.use(async (view) => {
    const crashes = new CrashLog(cluster, { signal, onRead: () => view.touch() });
    return new Tracking({ view, crashes, storage }, awaited, options).run();
  });
}

function kindsFor(ids: readonly ObjectId[]): readonly ResourceKind[] {
  const kinds = new Set(ids.map(({ kind }) => kind));
  return Object.values(builtIn).filter(
    ({ kind }) => kind === 'Pod' || (AWAITED.includes(kind) && kinds.has(kind)),
  );
}

/** One wait for some objects; remembers what it has told and since when it sees what. */
class Tracking {
  readonly #parts: Omit<Seen, 'nowMs'>;
  readonly #ids: readonly ObjectId[];
  readonly #options: TrackOptions;
  readonly #ready = new Set<string>();
  /** When each trouble was seen first, without a break since. */
  #since = new Map<string, number>();
  readonly #running = new Map<string, number>();
  readonly #beganMs: number;
  #toldMs: number;

  constructor(parts: Omit<Seen, 'nowMs'>, ids: readonly ObjectId[], options: TrackOptions) {
    this.#parts = parts;
    this.#ids = ids;
    this.#options = options;
    this.#beganMs = options.clock.nowMs();
    this.#toldMs = this.#beganMs;
  }

  async run(): Promise<TrackOutcome> {
    const { clock, signal, timeoutMs } = this.#options;
    for (;;) {
      const looks = this.#ids.map((id) => this.#look(id));
      const findings = this.#verdict(looks);
      if (findings !== undefined) return { kind: 'failed', findings };
      const open = looks.filter(({ isDone }) => !isDone);
      if (open.length === 0) return { kind: 'done' };
      if (clock.nowMs() - this.#beganMs > timeoutMs) {
        return { kind: 'timed-out', findings: await this.#explainDelay(open) };
      }
      this.#tell(open);
      await this.#parts.view.change(LOOK_MS, signal);
    }
  }

  #look(id: ObjectId): Look {
    const { view, storage } = this.#parts;
    const found = view.get(id);
    const isOld = found !== undefined && this.#options.sent?.isOlder(found) === true;
    const object = isOld ? undefined : found;
    const title = titleOf(id);
    if (object === undefined) {
      // Its pods say that a claim is missing; a copy that is not wanted has none.
      const isDone = id.kind === 'PersistentVolumeClaim';
      return { id, title, isDone, words: 'not there', troubles: [] };
    }
    const status = statusOf(object);
    const isDone =
      isSettledClaim(object, storage.classes) || (status.kind === 'done' && this.#isSteady(object));
    if (isDone) this.#tellReady(id, status.words);
    const seen = { ...this.#parts, nowMs: this.#options.clock.wallMs() };
    const troubles = isDone ? [] : troublesOf(object, seen);
    return { id, title, object, isDone, words: status.words, troubles };
  }

  /** Findings when waiting longer makes no sense. */
  #verdict(looks: readonly Look[]): readonly Finding[] | undefined {
    const nowMs = this.#options.clock.nowMs();
    const since = new Map<string, number>();
    const settled = looks.map((look) => ({
      look,
      troubles: look.troubles.filter((trouble) => {
        const key = `${look.title} ${trouble.finding.code} ${trouble.finding.service ?? ''}`;
        const beganMs = this.#since.get(key) ?? nowMs;
        since.set(key, beganMs);
        return nowMs - beganMs >= (trouble.settleMs ?? 0);
      }),
    }));
    this.#since = since;
    // What a container wrote before its end is the proof; it comes in a moment.
    if (this.#parts.crashes.isReading) return undefined;
    const isStuck = ({ troubles }: (typeof settled)[number]): boolean =>
      troubles.some(({ verdict }) => verdict !== 'hopeful');
    const isAlone = settled.every((each) => each.look.isDone || isStuck(each));
    const found = settled.flatMap(({ troubles }) =>
      troubles.filter(({ verdict }) => verdict === 'fatal' || (verdict === 'lonely' && isAlone)),
    );
    return found.length === 0 ? undefined : distinct(found.map(({ finding }) => finding));
  }

  /** Without a probe nobody says that a process works; that it goes on running for a while says something. */
  #isSteady(object: KubernetesObject): boolean {
    if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind)) return true;
    const { clock } = this.#options;
    return newestPodsOf(object, this.#parts.view).every((pod) =>
      unprobedStarts(pod).every(({ key, startedAtMs }) => {
        if (clock.wallMs() - startedAtMs > LONG_AGO_MS) return true;
        const beganMs = this.#running.get(key) ?? clock.nowMs();
        this.#running.set(key, beganMs);
        return clock.nowMs() - beganMs >= STEADY_MS;
      }),
    );
  }

  #tellReady(id: ObjectId, words: string): void {
    const key = keyOf(id);
    if (this.#ready.has(key)) return;
    this.#ready.add(key);
    if (this.#options.quiet?.has(key) === true) return;
    const { namespace } = id;
    this.#options.emit({
      kind: 'object',
      object: titleOf(id),
      ...(namespace !== undefined && { namespace }),
      became: 'ready',
      words,
      tookMs: this.#options.clock.nowMs() - this.#beganMs,
    });
  }

  #tell(open: readonly Look[]): void {
    const { clock, emit } = this.#options;
    if (clock.nowMs() - this.#toldMs < TELL_MS) return;
    this.#toldMs = clock.nowMs();
    const forMs = clock.nowMs() - this.#beganMs;
    for (const { title, words, troubles } of open) {
      emit({ kind: 'waiting', step: title, because: troubles[0]?.finding.cause ?? words, forMs });
    }
  }

  /** No end of time without a cause: what is hopeful by now counts, with the last words of what runs. */
  async #explainDelay(open: readonly Look[]): Promise<readonly Finding[]> {
    const seconds = Math.round(this.#options.timeoutMs / 1000);
    const findings = await Promise.all(
      open.map(async ({ title, words, object, troubles }): Promise<readonly Finding[]> => {
        if (troubles.length > 0) return troubles.map(({ finding }) => finding);
        const log = object === undefined ? [] : await this.#lastWords(object);
        return [
          {
            code: 'kubernetes/not-in-time',
            service: title,
            cause: `${title} is not ready after ${seconds} s: ${words}`,
            ...(log.length > 0 && { proof: log }),
            fix: ['It may still become ready. Wait longer with --timeout SECONDS.'],
          },
        ];
      }),
    );
    return distinct(findings.flat());
  }

  async #lastWords(object: KubernetesObject): Promise<readonly string[]> {
    const [pod] = newestPodsOf(object, this.#parts.view);
    const container = pod?.spec?.containers?.[0]?.name;
    if (pod === undefined || container === undefined) return [];
    return (await this.#parts.crashes.tail(pod, container)).slice(-8);
  }
}

interface Look {
  readonly id: ObjectId;
  readonly title: string;
  readonly object?: KubernetesObject;
  readonly isDone: boolean;
  readonly words: string;
  readonly troubles: readonly Trouble[];
}

/** A claim whose class waits for a pod, or of whose class nothing is known, is awaited by who mounts it. */
function isSettledClaim(
  object: KubernetesObject,
  classes: readonly StorageClass[] | undefined,
): boolean {
  if (object.kind !== 'PersistentVolumeClaim') return false;
  if (classes === undefined) return true;
  const { storageClassName: wanted } = (object as Claim).spec ?? {};
  const found = classes.find(({ metadata }) =>
    wanted === undefined
      ? metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
      : metadata.name === wanted,
  );
  return found?.volumeBindingMode === 'WaitForFirstConsumer';
}

function unprobedStarts(
  pod: Pod,
): readonly { readonly key: string; readonly startedAtMs: number }[] {
  return (pod.spec?.containers ?? []).flatMap(({ name, readinessProbe }) => {
    if (readinessProbe !== undefined) return [];
    const status = pod.status?.containerStatuses?.find((each) => each.name === name);
    const startedAt = status?.state?.running?.startedAt;
    const key = `${pod.metadata.uid}/${name}/${status?.restartCount ?? 0}`;
    return [{ key, startedAtMs: startedAt === undefined ? Infinity : Date.parse(startedAt) }];
  });
}

/** Copies of one service fail alike: said once. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map(
    findings.map((each) => [`${each.code} ${each.service} ${each.cause}`, each]),
  );
  return [...seen.values()];
}
