import type { KubernetesObject } from '../object.ts';
import { LABEL } from '../options.ts';
import type { Pod, PodTemplate, Workload } from '../track/wire.ts';

/** Something that was applied before and that the file asks for no more. */
export interface Candidate {
  readonly live: KubernetesObject;
  /** Of a service that the file no longer has. */
  readonly ofOrphan: boolean;
}

export interface LeftoverQuestion {
  readonly candidates: readonly Candidate[];
  /** All that names other objects: workloads, ReplicaSets and pods of the project, the candidates among them. Undefined: not known. */
  readonly users: readonly KubernetesObject[] | undefined;
  /** What belongs to services that the file no longer has goes, too. */
  readonly orphans: boolean;
}

/**
 * The candidates that nothing needs: neither what runs, nor the version before it, to which one may go back. What a
 * workload that goes itself names is not needed for its sake.
 */
export function chooseLeftovers({
  candidates,
  users,
  orphans,
}: LeftoverQuestion): readonly KubernetesObject[] {
  const leaving = candidates.filter(({ ofOrphan }) => orphans || !ofOrphan).map(({ live }) => live);
  if (users === undefined) return leaving.filter(({ kind }) => !isNamed(kind));
  const stays = staying(users, leaving);
  const needed = new Set(stays.filter((user) => counts(user, stays)).flatMap(namesIn));
  return leaving.filter(({ kind, metadata }) => !isNamed(kind) || !needed.has(metadata.name));
}

/** Without what goes, and without what that has made. */
function staying(
  users: readonly KubernetesObject[],
  leaving: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const gone = new Set(leaving.map(({ metadata }) => metadata.uid));
  for (let before = -1; before !== gone.size;) {
    before = gone.size;
    for (const { metadata } of users)
      if (metadata.ownerReferences?.some(({ uid }) => gone.has(uid)) === true)
        gone.add(metadata.uid);
  }
  return users.filter(({ metadata }) => !gone.has(metadata.uid));
}

/** Kinds that a pod names by themselves. */
function isNamed(kind: string): boolean {
  return ['ConfigMap', 'Secret', 'ServiceAccount'].includes(kind);
}

const REVISION = 'deployment.kubernetes.io/revision';

/** Does it run, or could one go back to it? */
function counts(user: KubernetesObject, all: readonly KubernetesObject[]): boolean {
  if (user.kind === 'Pod') {
    const { status }: Pod = user;
    return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
  }
  if (!isVersion(user)) return true;
  const { spec }: Workload = user;
  if (user.kind === 'ReplicaSet' && spec?.replicas !== 0) return true;
  const owner = ownerOf(user);
  const later = all.filter(
    (each) => isVersion(each) && ownerOf(each) === owner && revisionOf(each) > revisionOf(user),
  );
  return later.length < 2;
}

function ownerOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.ownerReferences?.[0]?.uid;
}

/** Of a Deployment; of a StatefulSet or a DaemonSet. */
function isVersion({ kind }: KubernetesObject): boolean {
  return kind === 'ReplicaSet' || kind === 'ControllerRevision';
}

function revisionOf({ metadata, revision }: KubernetesObject): number {
  return Number(metadata.annotations?.[REVISION] ?? revision ?? 0);
}

/** Every text in a pod or in the pattern of pods: more than it names, and nothing of that is missed. */
function namesIn(user: KubernetesObject): readonly string[] {
  if (user.kind === 'ControllerRevision') return textsIn(user['data']);
  const { spec }: Workload & { readonly spec?: { readonly template?: PodTemplate } } = user;
  return textsIn(user.kind === 'Pod' ? user['spec'] : spec?.template);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

export interface KnownNames {
  /** Services of the file on the cluster. */
  readonly active: ReadonlySet<string>;
  /** Services that no profile switches on now: theirs stays. */
  readonly inactive: ReadonlySet<string>;
}

/** What an object is that is no longer asked for; absent: it is not to go. */
export function candidateOf(live: KubernetesObject, names: KnownNames): Candidate | undefined {
  const service = serviceNameOf(live);
  if (service === undefined || names.active.has(service)) return { live, ofOrphan: false };
  return names.inactive.has(service) ? undefined : { live, ofOrphan: true };
}

/** Release tasks have names of their own. */
function serviceNameOf({ metadata }: KubernetesObject): string | undefined {
  const name = metadata.labels?.[LABEL.name];
  return metadata.labels?.[LABEL.component] === 'release-task'
    ? name?.replace(/-(?:migrate|before-\d+)$/, '')
    : name;
}
