import type { ObservedVolume } from '../../model/observed-volume.ts';
import { type ClaimUse, claimUsesOf } from './claim-uses.ts';
import { claimUsage } from './claim-usage.ts';
import { ApiError, isNotFound } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Objects } from './cluster/objects.ts';
import { builtIn } from './cluster/resources.ts';
import type { KubernetesObject } from './object.ts';
import { type KubernetesOptions, LABEL } from './options.ts';
import type { Claim, PersistentVolume, Pod } from './track/wire.ts';
import { bytesOfQuantity } from './translate/quantity.ts';

/** What is known of a project on its cluster, and what it would be made of. */
export interface VolumesQuestion {
  readonly cluster: Cluster;
  readonly options: Pick<KubernetesOptions, 'names' | 'instance' | 'adopt'>;
  readonly workloads: readonly KubernetesObject[];
  readonly pods: readonly Pod[];
  /** What the files say that there should be. */
  readonly wanted: readonly KubernetesObject[];
  readonly signal: AbortSignal;
  readonly count: boolean;
}

/** Claims that the project has made or mounts, each with its volume, where that may be asked. */
export async function observeVolumes(
  question: VolumesQuestion,
): Promise<readonly ObservedVolume[]> {
  const { cluster, options, workloads, wanted, signal } = question;
  const uses = claimUsesOf(options, [...wanted, ...workloads]);
  const written = wanted.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const used = new Set([
    ...uses.map(({ claim }) => claim),
    ...written.map(({ metadata }) => metadata.name),
  ]);
  const { namespace } = cluster.target;
  const { objects } = await new Objects(cluster).list(builtIn.claims, namespace, { signal });
  const claims: readonly Claim[] = objects.filter(
    ({ metadata }) =>
      metadata.labels?.[LABEL.project] === options.instance || used.has(metadata.name),
  );
  const volumes = await Promise.all(claims.map((claim) => volumeOf(cluster, claim, signal)));
  const found = claims.map((claim, index): ObservedVolume => ({
    ...aboutOf(claim.metadata.name, uses),
    isExternal:
      claim.metadata.labels?.[LABEL.project] !== options.instance &&
      !isMade(claim.metadata.name, { written, uses }),
    ...stateOf(claim),
    ...partsOf(volumes[index]),
  }));
  const there = new Set(claims.map(({ metadata }) => metadata.name));
  const absent = [...used]
    .filter((name) => !there.has(name))
    .map((name): ObservedVolume => ({
      ...aboutOf(name, uses),
      state: 'absent',
      isExternal: !isMade(name, { written, uses }),
    }));
  const all = [...found, ...absent];
  return question.count ? withUsage(question, all, uses) : all;
}

function aboutOf(
  name: string,
  uses: readonly ClaimUse[],
): Pick<ObservedVolume, 'name' | 'services'> {
  const services = uses.filter(({ claim }) => claim === name).map(({ service }) => service);
  return { name, services: [...new Set(services)] };
}

/** A claim of the files themselves, or one that a StatefulSet makes. */
function isMade(
  name: string,
  {
    written,
    uses,
  }: { readonly written: readonly KubernetesObject[]; readonly uses: readonly ClaimUse[] },
): boolean {
  return (
    uses.some(({ claim, isOwn }) => isOwn && claim === name) ||
    written.some(({ metadata }) => metadata.name === name)
  );
}

const STATES: Readonly<Record<string, ObservedVolume['state']>> = {
  Bound: 'bound',
  Pending: 'pending',
  Lost: 'lost',
};

function stateOf({
  spec,
  status,
}: Claim): Omit<ObservedVolume, 'name' | 'services' | 'isExternal'> {
  const size = status?.capacity?.['storage'] ?? spec?.resources?.requests?.['storage'];
  const sizeBytes = bytesOfQuantity(size ?? '');
  const { storageClassName = '', volumeName = '' } = spec ?? {};
  const accessModes = status?.accessModes ?? spec?.accessModes;
  return {
    state: STATES[status?.phase ?? ''] ?? 'pending',
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(accessModes !== undefined && { accessModes }),
    ...(storageClassName !== '' && { class: storageClassName }),
    ...(volumeName !== '' && { place: volumeName }),
  };
}

/** Who may work in a namespace may often not look at what belongs to the cluster. */
async function volumeOf(
  cluster: Cluster,
  { spec }: Claim,
  signal: AbortSignal,
): Promise<PersistentVolume | undefined> {
  const { volumeName = '' } = spec ?? {};
  if (volumeName === '') return undefined;
  const path = `/api/v1/persistentvolumes/${encodeURIComponent(volumeName)}`;
  try {
    return await cluster.ask<PersistentVolume>({ method: 'GET', path, signal });
  } catch (error) {
    if (isNotFound(error) || (error instanceof ApiError && error.status === 403)) return undefined;
    throw error;
  }
}

function partsOf(volume: PersistentVolume | undefined): Pick<ObservedVolume, 'source' | 'reclaim'> {
  const reclaim = volume?.spec?.persistentVolumeReclaimPolicy;
  const source = sourceOf(volume);
  return {
    ...(reclaim !== undefined && { reclaim }),
    ...(source !== undefined && { source }),
  };
}

/** The kind of disk and where it is, as far as it is a place that somebody could go to. */
function sourceOf(volume: PersistentVolume | undefined): string | undefined {
  const { hostPath, local, nfs, csi } = volume?.spec ?? {};
  if (hostPath !== undefined) return `hostPath ${hostPath.path}`;
  if (local !== undefined) return `local ${local.path}`;
  if (nfs !== undefined) return `nfs ${nfs.server}:${nfs.path}`;
  return csi === undefined ? undefined : `${csi.driver} ${csi.volumeHandle}`;
}

async function withUsage(
  { cluster, pods, signal }: VolumesQuestion,
  volumes: readonly ObservedVolume[],
  uses: readonly ClaimUse[],
): Promise<readonly ObservedVolume[]> {
  const counted = volumes
    .filter(({ state }) => state === 'bound')
    .map(({ name, source }) => {
      const use = uses.find(({ claim, path }) => claim === name && path !== undefined);
      const sourceKind = source?.split(' ')[0];
      return {
        name,
        nodes: nodesOf(pods, name),
        ...(sourceKind !== undefined && { sourceKind }),
        ...(use !== undefined && {
          byHand: `bowline exec ${use.service} du -sh ${use.path ?? ''}`,
        }),
      };
    });
  const usage = await claimUsage(cluster, counted, signal);
  return volumes.map((volume) => {
    const used = usage.get(volume.name);
    return used === undefined ? volume : { ...volume, used };
  });
}

function nodesOf(pods: readonly Pod[], claim: string): readonly string[] {
  return pods
    .filter(({ status }) => status?.phase === 'Running')
    .flatMap(({ spec }) => {
      const mounts = (spec?.volumes ?? []).some(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim,
      );
      return mounts ? (spec?.nodeName ?? []) : [];
    });
}
