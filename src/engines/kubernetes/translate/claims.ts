import type { Mount, Volume } from '../../../model/project.ts';
import { labelsOf, projectLabels, type ProjectContext, type ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap, type DraftObject, from } from './draft.ts';
import { objectName } from './names.ts';
import { at, entriesOf, exists, isTrue, type Place, textOf } from './place.ts';
import { byteQuantity } from './quantity.ts';

/** How a named volume is claimed. */
export type Claim =
  /** A StatefulSet claims it for each of its pods. */
  | { readonly kind: 'template'; readonly owner: ServiceContext; readonly name: string }
  | {
      readonly kind: 'claim';
      readonly name: string;
      /** The file has a name for it that is not the usual one. */
      readonly isNamed: boolean;
      /** One machine at a time can mount it. */
      readonly isForOneNode: boolean;
      readonly users: readonly ServiceContext[];
    }
  /** It is there already. */
  | { readonly kind: 'external'; readonly name: string; readonly isNamed: true };

/** The claim of each named volume that a service mounts, by its key. */
export function claimsOf(context: ProjectContext): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>();
  const usersOf = new Map<string, ServiceContext[]>();
  for (const service of context.services)
    for (const key of new Set(service.service.mounts.map(keyOf))) {
      if (key === undefined) continue;
      const users = usersOf.get(key);
      if (users === undefined) usersOf.set(key, [service]);
      else users.push(service);
    }
  for (const volume of context.project.volumes) {
    const users = usersOf.get(volume.key) ?? [];
    claims.set(volume.key, claimOf(context, volume, users));
  }
  return claims;
}

function keyOf(mount: Mount): string | undefined {
  return mount.kind === 'volume' ? mount.source : undefined;
}

function claimOf(context: ProjectContext, volume: Volume, users: readonly ServiceContext[]): Claim {
  const [owner] = users;
  const isNamed = volume.name !== `${context.project.name}_${volume.key}`;
  const name = objectName(isNamed ? volume.name : volume.key);
  if (volume.external) return { kind: 'external', name, isNamed: true };
  return owner !== undefined && users.length === 1 && owner.kind === 'StatefulSet' && !isNamed
    ? { kind: 'template', owner, name }
    : { kind: 'claim', name, isNamed, isForOneNode: !users.some(mountsAnywhere), users };
}

function mountsAnywhere({ place }: ServiceContext): boolean {
  return textOf(at(place, 'x-bowline', 'storage', 'access_mode'))?.endsWith('Many') === true;
}

/** Claims that stand by themselves, and volumes that are made by hand. */
export function claimObjects(
  context: ProjectContext,
  claims: ReadonlyMap<string, Claim>,
): readonly DraftObject[] {
  return [...claims].flatMap(([key, claim]): readonly DraftObject[] => {
    const volume = at(context.root, 'volumes', key);
    settleVolume(context, { key, volume, claim });
    if (claim.kind === 'claim' && claim.users.length === 0) return [];
    switch (claim.kind) {
      case 'external':
        return [];
      case 'template':
        return byHand(claim.owner, { key, claim: `${claim.name}-${claim.owner.name}-0` });
      case 'claim':
        return sharedClaim(context, claim, key);
    }
  });
}

function sharedClaim(
  context: ProjectContext,
  claim: Extract<Claim, { readonly kind: 'claim' }>,
  key: string,
): readonly DraftObject[] {
  const { name, users } = claim;
  const owner = users.find(({ place }) => exists(at(place, 'x-bowline', 'storage'))) ?? users[0];
  const metadata = {
    name,
    namespace: context.namespace,
    labels: projectLabels(context),
    annotations: annotationsOf(at(context.root, 'volumes', key, 'labels')),
  };
  warnShared(context, claim, key);
  const byHands = owner === undefined ? [] : byHand(owner, { key, claim: name });
  const claimObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: {
      ...claimSpec(owner?.place),
      volumeName: byHands[0]?.metadata.name,
    },
  };
  return [...byHands, claimObject];
}

/** The claims that a StatefulSet makes for its pods. */
export function claimTemplates(
  context: ServiceContext,
  claims: ReadonlyMap<string, Claim>,
): readonly Draft[] {
  return mountedKeys(context, claims).flatMap((key) => {
    const claim = claims.get(key);
    if (claim?.kind !== 'template' || claim.owner !== context) return [];
    return [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name: claim.name,
          labels: labelsOf(context),
          annotations: annotationsOf(at(context.parent.root, 'volumes', key, 'labels')),
        },
        spec: claimSpec(context.place),
      },
    ];
  });
}

/** Keys of the volumes that a service mounts, each once, in the order of `claims`: looking through all of them for every service takes its time. */
function mountedKeys(
  { service }: ServiceContext,
  claims: ReadonlyMap<string, Claim>,
): readonly string[] {
  const keys = new Set(service.mounts.flatMap((mount) => keyOf(mount) ?? []));
  return keys.size < 2 ? [...keys] : [...claims.keys()].filter((key) => keys.has(key));
}

function claimSpec(service: Place | undefined): DraftMap {
  const storage = at(service ?? { value: undefined, pointer: '' }, 'x-bowline', 'storage');
  const mode = at(storage, 'access_mode');
  const size = at(storage, 'size');
  const storageClass = at(storage, 'class');
  return {
    accessModes: [
      exists(mode)
        ? from(textOf(mode), mode)
        : assumed('ReadWriteOnce', 'x-bowline.storage.access_mode is not said'),
    ],
    resources: {
      requests: {
        storage: exists(size)
          ? from(byteQuantity(textOf(size) ?? ''), size)
          : assumed('10Gi', 'x-bowline.storage.size is not said'),
      },
    },
    // An empty class asks for a volume that was made by hand.
    storageClassName: exists(at(storage, 'host_path'))
      ? ''
      : exists(storageClass)
        ? from(textOf(storageClass), storageClass)
        : undefined,
  };
}

/** A volume on a folder of the node, where `storage.host_path` asks for one. */
function byHand(
  { place, parent, service }: ServiceContext,
  { key, claim }: { readonly key: string; readonly claim: string },
): readonly DraftObject[] {
  const storage = at(place, 'x-bowline', 'storage');
  const hostPath = at(storage, 'host_path');
  const folder = textOf(hostPath);
  if (folder === undefined) return [];
  const { accessModes, resources } = claimSpec(place);
  const capacity = requestsOf(resources);
  const keys = service.mounts.flatMap((mount) =>
    mount.kind === 'volume' ? (mount.source ?? []) : [],
  );
  const isOnly = new Set(keys).size === 1;
  const reclaim = at(storage, 'reclaim');
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: {
        name: objectName(`${parent.namespace}-${claim}`),
        labels: projectLabels(parent),
      },
      spec: {
        capacity,
        accessModes,
        persistentVolumeReclaimPolicy: exists(reclaim) ? from(textOf(reclaim), reclaim) : 'Retain',
        storageClassName: '',
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace: parent.namespace,
          name: claim,
        },
        hostPath: {
          path: from(isOnly ? folder : `${folder.replace(/\/$/, '')}/${key}`, hostPath),
          type: 'DirectoryOrCreate',
        },
      },
    },
  ];
}

function annotationsOf(labels: Place): DraftMap | undefined {
  const entries = entriesOf(labels);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, from(textOf(value) ?? '', value)]));
}

interface Declared {
  readonly key: string;
  readonly volume: Place;
  readonly claim: Claim;
}

function settleVolume(
  { account, project }: ProjectContext,
  { key, volume, claim }: Declared,
): void {
  if (claim.kind === 'claim' && claim.users.length === 0)
    account.default(volume, 'no service mounts it');
  const name = at(volume, 'name');
  const isDefault = textOf(name) === `${project.name}_${key}`;
  if (exists(name) && (isDefault || claim.kind === 'template'))
    account.default(name, `the claim has the name ${claim.name}`);
  if (isTrue(at(volume, 'external')))
    account.default(at(volume, 'external'), `the claim ${claim.name} is there already`);
  const external = at(volume, 'external');
  if (exists(external) && !isTrue(external)) account.default(external, 'it is made here');
}

function requestsOf(resources: Draft): Draft {
  return resources instanceof Object && 'requests' in resources ? resources['requests'] : undefined;
}

/** Most disks of a cluster are in one machine at a time: all who mount them have to be there. */
function warnShared(
  { account, root }: ProjectContext,
  { users, isForOneNode }: Extract<Claim, { readonly kind: 'claim' }>,
  key: string,
): void {
  if (!isForOneNode || users.length < 2) return;
  account.warn({
    code: 'kubernetes/shared-volume',
    message: `the volume ${key} is mounted by ${named(users)}, which all run on one machine for that`,
    help: 'With a storage class that can do it, say x-bowline: {storage: {access_mode: ReadWriteMany}} in one of them.',
    place: at(root, 'volumes', key),
  });
}

const MOST_NAMED = 5;

function named(users: readonly ServiceContext[]): string {
  const names = users.slice(0, MOST_NAMED).map(({ service }) => service.name);
  const more = users.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
