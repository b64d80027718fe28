import type { Claim } from './claims.ts';
import type { ServiceContext } from './context.ts';
import { bindMount } from './bind-mount.ts';
import { type Draft, type DraftMap, from } from './draft.ts';
import { grantMounts } from './grant-mounts.ts';
import { type Mounted, NOTHING_MOUNTED, targetOf } from './mounted.ts';
import { objectName } from './names.ts';
import { at, exists, isTrue, itemsOf, numberOf, type Place, textOf, textsOf } from './place.ts';
import { volumeName } from './volume-name.ts';
import { byteQuantity } from './quantity.ts';

export function mountsOf(context: ServiceContext, claims: ReadonlyMap<string, Claim>): Mounted {
  const { place } = context;
  const parts = [
    ...itemsOf(at(place, 'volumes')).map((mount, index) =>
      mountOf(context, claims, { mount, index }),
    ),
    ...textsOf(at(place, 'tmpfs')).map(({ text, place: written }, index) =>
      inMemory(volumeName(context, `memory-${index}`), tmpfsOf(text), written),
    ),
    sharedMemory(context),
    ...grantMounts(context),
  ];
  return {
    volumes: oncePerName(parts.flatMap(({ volumes }) => volumes)),
    volumeMounts: parts.flatMap(({ volumeMounts }) => volumeMounts),
    objects: parts.flatMap(({ objects }) => objects),
  };
}

interface Written {
  readonly mount: Place;
  readonly index: number;
}

function mountOf(
  context: ServiceContext,
  claims: ReadonlyMap<string, Claim>,
  written: Written,
): Mounted {
  const { mount, index } = written;
  const { account } = context.parent;
  settleQuiet(context, mount);
  const type = textOf(at(mount, 'type')) ?? '';
  switch (type) {
    case 'volume':
      return exists(at(mount, 'source'))
        ? namedVolume(context, claims, mount)
        : anonymousVolume(context, written);
    case 'bind':
      return bindMount(context, written);
    case 'tmpfs':
      return tmpfsMount(context, written);
    case 'image':
      return imageMount(volumeName(context, `image-${index}`), mount);
    default:
      account.refused(mount, 'there is no such kind of volume', 'Use a named volume.');
      return NOTHING_MOUNTED;
  }
}

/** Switches that are off. */
function settleQuiet({ parent: { account } }: ServiceContext, mount: Place): void {
  const readOnly = at(mount, 'read_only');
  if (exists(readOnly) && !isTrue(readOnly)) account.default(readOnly, 'it may be written to');
  if (exists(at(mount, 'volume', 'nocopy')))
    account.default(at(mount, 'volume', 'nocopy'), 'nothing of the image is copied to a claim');
  if (exists(at(mount, 'bind', 'create_host_path')))
    account.default(at(mount, 'bind', 'create_host_path'), 'folders of this machine are not used');
}

function namedVolume(
  context: ServiceContext,
  claims: ReadonlyMap<string, Claim>,
  mount: Place,
): Mounted {
  const key = textOf(at(mount, 'source')) ?? '';
  const claim = claims.get(key);
  const name = claim?.name ?? objectName(key);
  const isNamed = claim !== undefined && claim.kind !== 'template' && claim.isNamed;
  const volume: DraftMap = {
    name,
    persistentVolumeClaim: {
      claimName: isNamed ? from(name, at(context.parent.root, 'volumes', key, 'name')) : name,
    },
  };
  const isTemplate = claim?.kind === 'template' && claim.owner === context;
  return {
    volumes: isTemplate ? [] : [volume],
    volumeMounts: [
      {
        name: from(name, at(mount, 'source'), at(mount, 'type')),
        ...targetOf(mount),
        subPath: from(textOf(at(mount, 'volume', 'subpath')), at(mount, 'volume', 'subpath')),
      },
    ],
    objects: [],
  };
}

function anonymousVolume(context: ServiceContext, { mount, index }: Written): Mounted {
  context.parent.account.warn({
    code: 'kubernetes/unsupported',
    message: `the volume at ${textOf(at(mount, 'target')) ?? ''} has no name: it is gone with its pod`,
    help: 'Give it a name under volumes if what is in it must last.',
    place: mount,
  });
  const name = volumeName(context, `anonymous-${index}`);
  return {
    volumes: [{ name, emptyDir: from({}, at(mount, 'type')) }],
    volumeMounts: [{ name, ...targetOf(mount) }],
    objects: [],
  };
}

function tmpfsMount(context: ServiceContext, { mount, index }: Written): Mounted {
  const { account } = context.parent;
  const size = at(mount, 'tmpfs', 'size');
  const mode = at(mount, 'tmpfs', 'mode');
  if (exists(mode))
    account.unsupported(mode, 'the folder may be written to by everybody', 'Leave it out.');
  const name = volumeName(context, `tmpfs-${index}`);
  const sizeLimit = numberOf(size);
  return {
    volumes: [
      {
        name,
        emptyDir: {
          medium: from('Memory', at(mount, 'type')),
          sizeLimit:
            sizeLimit === undefined || sizeLimit === 0
              ? undefined
              : from(byteQuantity(String(sizeLimit)), size),
        },
      },
    ],
    volumeMounts: [{ name, ...targetOf(mount) }],
    objects: [],
  };
}

interface Tmpfs {
  readonly path: string;
  readonly size?: string;
}

/** `PATH[:OPTIONS]` */
function tmpfsOf(text: string): Tmpfs {
  const colon = text.indexOf(':');
  if (colon < 0) return { path: text };
  const size = /(?:^|,)size=(\d+[kmgtKMGT]?)/.exec(text.slice(colon + 1))?.[1];
  return { path: text.slice(0, colon), ...(size !== undefined && { size }) };
}

function inMemory(name: string, { path, size }: Tmpfs, written: Place): Mounted {
  const emptyDir = {
    medium: 'Memory',
    sizeLimit: size === undefined ? undefined : byteQuantity(size),
  };
  return {
    volumes: [{ name, emptyDir: size === undefined ? emptyDir : from(emptyDir, written) }],
    volumeMounts: [{ name, mountPath: from(path, written) }],
    objects: [],
  };
}

function sharedMemory(context: ServiceContext): Mounted {
  const name = volumeName(context, 'shared-memory');
  const size = at(context.place, 'shm_size');
  const bytes = numberOf(size);
  if (bytes === undefined || bytes === 0) return NOTHING_MOUNTED;
  const sizeLimit = from(byteQuantity(String(bytes)), size);
  return {
    volumes: [{ name, emptyDir: { medium: 'Memory', sizeLimit } }],
    volumeMounts: [{ name, mountPath: '/dev/shm' }],
    objects: [],
  };
}

function imageMount(name: string, mount: Place): Mounted {
  const reference = from(textOf(at(mount, 'source')), at(mount, 'source'));
  const subpath = at(mount, 'image', 'subpath');
  const { mountPath } = targetOf(mount);
  return {
    volumes: [{ name, image: from({ reference, pullPolicy: 'IfNotPresent' }, at(mount, 'type')) }],
    // It cannot be written to anyway.
    volumeMounts: [
      {
        name,
        mountPath,
        readOnly: from(true, at(mount, 'read_only')),
        subPath: from(textOf(subpath), subpath),
      },
    ],
    objects: [],
  };
}

/** A claim that is mounted twice is one volume of the pod. */
function oncePerName(volumes: readonly Draft[]): readonly Draft[] {
  const seen = new Set<Draft>();
  return volumes.filter((volume) => {
    const name = volume instanceof Object && 'name' in volume ? volume['name'] : undefined;
    if (name === undefined || !seen.has(name)) {
      seen.add(name);
      return true;
    }
    return false;
  });
}
