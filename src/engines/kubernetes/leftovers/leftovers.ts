import type { EventBody } from '../../../model/event.ts';
import type { Leftover } from '../../../model/observed.ts';
import { deleteKeepingData } from '../apply/delete-keeping-data.ts';
import { inParallel } from '../apply/in-parallel.ts';
import { Inventories, without } from '../apply/inventory.ts';
import { isApplied } from '../apply/prune.ts';
import { holdsData } from '../apply/waves.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Objects } from '../cluster/objects.ts';
import { builtIn, type ResourceKind, Resources } from '../cluster/resources.ts';
import { idOf, type KubernetesObject, type ObjectId, titleOf } from '../object.ts';
import { type KubernetesOptions, LABEL } from '../options.ts';
import { labelsOf } from '../services.ts';
import { objectName } from '../translate/names.ts';
import {
  type Candidate,
  candidateOf,
  chooseLeftovers,
  type KnownNames,
} from './choose-leftovers.ts';

/** Kinds that name others. */
const USERS: readonly ResourceKind[] = [
  builtIn.deployments,
  builtIn.statefulSets,
  builtIn.daemonSets,
  builtIn.jobs,
  builtIn.replicaSets,
  builtIn.pods,
];

/** What was applied for a project before and nothing needs any more. Never what holds data. */
export class Leftovers {
  readonly #cluster: Cluster;
  readonly #objects: Objects;
  readonly #resources: Resources;
  readonly #inventories: Inventories;
  readonly #options: KubernetesOptions;

  constructor(cluster: Cluster, options: KubernetesOptions) {
    this.#cluster = cluster;
    this.#objects = new Objects(cluster);
    this.#resources = new Resources(cluster);
    this.#inventories = new Inventories(cluster, options.instance);
    this.#options = options;
  }

  /** What is left over beside `wanted`. */
  async find(
    wanted: readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<readonly Leftover[]> {
    const { candidates } = await this.#candidates(wanted, signal);
    if (candidates.length === 0) return [];
    const users = await this.#users(signal);
    const all = chooseLeftovers({ candidates, users, orphans: true });
    const own = new Set(chooseLeftovers({ candidates, users, orphans: false }));
    return all.map((live) => ({ object: titleOf(idOf(live)), ofOrphan: !own.has(live) }));
  }

  /** Takes it away. True when there was something. */
  async remove(
    wanted: readonly KubernetesObject[],
    {
      orphans,
      signal,
      emit,
    }: {
      readonly orphans: boolean;
      readonly signal: AbortSignal;
      readonly emit: (event: EventBody) => void;
    },
  ): Promise<boolean> {
    const { candidates, gone } = await this.#candidates(wanted, signal);
    const users = candidates.length === 0 ? [] : await this.#users(signal);
    const leftovers = chooseLeftovers({ candidates, users, orphans });
    const present = leftovers.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    for (const live of present) {
      const resource = await this.#resources.find(idOf(live), signal);
      if (resource !== undefined)
        await deleteKeepingData(this.#objects, { resource, live }, signal);
    }
    const forgotten = [...gone, ...leftovers.map(idOf)];
    if (forgotten.length > 0)
      await this.#inventories.change((known) => without(known, forgotten), signal);
    if (present.length > 0) emit({ kind: 'note', level: 'info', text: inWords(present) });
    return present.length > 0;
  }

  /** What might be left over; and what is there no more, or is another's by now. */
  async #candidates(
    wanted: readonly KubernetesObject[],
    signal: AbortSignal,
  ): Promise<{ readonly candidates: readonly Candidate[]; readonly gone: readonly ObjectId[] }> {
    const { objects } = await this.#inventories.read(signal);
    const candidates: Candidate[] = [];
    const gone: ObjectId[] = [];
    const names = this.#names();
    const unwanted = without(objects, wanted.map(idOf)).filter((id) => !holdsData(id));
    await inParallel(unwanted, async (id) => {
      const resource = await this.#resources.find(id, signal);
      const live = resource && (await this.#objects.get(resource, id, signal));
      if (live === undefined || !this.#isOurs(live)) {
        gone.push(id);
        return;
      }
      const { apiVersion, kind } = id;
      const candidate = candidateOf({ ...live, apiVersion, kind }, names);
      if (candidate !== undefined) candidates.push(candidate);
    });
    return { candidates, gone };
  }

  #isOurs(live: KubernetesObject): boolean {
    return isApplied(live) && live.metadata.labels?.[LABEL.project] === this.#options.instance;
  }

  #names(): KnownNames {
    const { names, project } = this.#options;
    return {
      active: new Set(names.values()),
      inactive: new Set(project.inactive.map((name) => objectName(name))),
    };
  }

  /** Undefined: what could go back to which version may not be known. */
  async #users(signal: AbortSignal): Promise<readonly KubernetesObject[] | undefined> {
    const { namespace } = this.#cluster.target;
    const labels = labelsOf(this.#options);
    const listed = (resource: ResourceKind) =>
      this.#objects.listIfAllowed(resource, namespace, { signal, labels });
    const lists = await Promise.all(
      USERS.map(async (resource) => {
        const found = await listed(resource);
        // Who may not know of any has made none.
        return resource === builtIn.daemonSets ? (found ?? []) : found;
      }),
    );
    if (lists.some((list) => list?.some(hasRevisions)))
      lists.push(await listed(builtIn.controllerRevisions));
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
  }
}

/** Its earlier versions are objects of a kind that nothing else needs. */
function hasRevisions({ kind }: KubernetesObject): boolean {
  return kind === 'StatefulSet' || kind === 'DaemonSet';
}

function inWords(leftovers: readonly KubernetesObject[]): string {
  const titles = leftovers.map((live) => titleOf(idOf(live))).toSorted();
  const listed = titles.slice(0, MOST_LISTED).join(', ');
  const more = titles.length - MOST_LISTED;
  return `no longer needed, and deleted: ${listed}${more > 0 ? ` and ${more} more` : ''}`;
}

const MOST_LISTED = 8;
