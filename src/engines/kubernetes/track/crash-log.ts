import type { CrashFacts } from '../../../diagnose/kubernetes-facts.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { terminationOf } from './facts.ts';
import type { ContainerStatus, Pod, TerminatedState } from './wire.ts';

/** Lines that are kept of what a container wrote before it ended. */
const LINES = 30;

/** Ends of containers, each with its last words; the cluster itself remembers only the last end of each. */
export class CrashLog {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #onRead: () => void;
  readonly #ends = new Map<string, CrashFacts[]>();
  readonly #seen = new Set<string>();
  #reading = 0;

  constructor(
    cluster: Cluster,
    { signal, onRead }: { readonly signal: AbortSignal; readonly onRead: () => void },
  ) {
    this.#cluster = cluster;
    this.#signal = signal;
    this.#onRead = onRead;
  }

  /** Last words are on their way: what they say may decide. */
  get isReading(): boolean {
    return this.#reading > 0;
  }

  crashesOf(pod: Pod, container: string): readonly CrashFacts[] {
    return this.#ends.get(nameOf(pod, container)) ?? [];
  }

  /** Takes notice of ends that it has not seen yet. */
  notice(pod: Pod): void {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    for (const status of [...initContainerStatuses, ...containerStatuses]) {
      const { state, lastState } = status;
      if (lastState?.terminated !== undefined) {
        this.#notice(pod, status, { end: lastState.terminated, isPrevious: true });
      }
      if (state?.terminated !== undefined) {
        this.#notice(pod, status, { end: state.terminated, isPrevious: false });
      }
    }
  }

  /** The last lines of a container that still runs, for who asks why it is not ready. */
  async tail(pod: Pod, container: string): Promise<readonly string[]> {
    return this.#read(pod, container, false);
  }

  #notice(
    pod: Pod,
    { name }: ContainerStatus,
    { end, isPrevious }: { readonly end: TerminatedState; readonly isPrevious: boolean },
  ): void {
    const key = `${nameOf(pod, name)}/${end.containerID ?? end.finishedAt ?? ''}`;
    if (this.#seen.has(key) || (end.exitCode === 0 && end.reason === 'Completed')) return;
    this.#seen.add(key);
    this.#reading += 1;
    const keep = async (): Promise<void> => {
      const log = await this.#read(pod, name, isPrevious);
      const place = nameOf(pod, name);
      this.#ends.set(place, [...(this.#ends.get(place) ?? []), { ...terminationOf(end), log }]);
      this.#reading -= 1;
      this.#onRead();
    };
    void keep();
  }

  /** Nothing where it cannot be read: the container may be gone, or this may not be allowed. */
  async #read(pod: Pod, container: string, previous: boolean): Promise<readonly string[]> {
    const { name, namespace = '' } = pod.metadata;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
    const query = {
      container,
      tailLines: String(LINES),
      limitBytes: '65536',
      ...(previous && { previous: 'true' }),
    };
    try {
      let text = '';
      const chunks = this.#cluster.stream({ method: 'GET', path, query, signal: this.#signal });
      for await (const chunk of chunks) text += chunk.toString('utf8');
      return text.split('\n').filter((line) => line !== '');
    } catch {
      return [];
    }
  }
}

function nameOf({ metadata }: Pod, container: string): string {
  return `${metadata.uid ?? metadata.name}/${container}`;
}
