import { list, mapOf, pairs, read, refused, section, type Form, type Keys } from './form.ts';
import type { MapNode } from '../node.ts';
import { byDeviceTarget, byGrantTarget, byKey, byMountTarget } from './identity.ts';
import { cleanTarget, shortMount } from './short-mount.ts';
import { fileMode, filledText, numericFileMode } from './special-text.ts';
import { byteSize, flag, limitedByteSize, looseText, text, word } from './scalars.ts';
import { nativeIgnores, nativeRefuses, onlyDocker } from './verdicts.ts';

const mountTarget: Form = {
  is: 'scalar',
  from: ['text'],
  words: 'a path inside the container',
  read: (value) => read(cleanTarget(String(value))),
  schema: { type: 'string' },
};

const mount: Form = section(
  {
    type: {
      form: word('bind', 'volume', 'tmpfs', 'image', 'npipe', 'cluster'),
      about: 'What is mounted.',
    },
    source: {
      form: text,
      about: 'Path on this machine, key under `volumes`, or image.',
      absent: 'an anonymous volume',
      path: 'bind-source',
    },
    target: { form: mountTarget, about: 'Path inside the container.' },
    read_only: { form: flag, about: 'The service cannot write.', absent: 'false' },
    consistency: {
      form: text,
      about: 'Hint for Docker Desktop.',
      verdict: onlyDocker('a mount is always consistent'),
    },
    bind: {
      form: section({
        propagation: {
          form: text,
          about: 'How mounts below are passed on.',
          verdict: onlyDocker('mounts are not passed on'),
        },
        create_host_path: {
          form: flag,
          about: 'Make the folder if it is missing.',
          absent: 'true',
          leftOut: 'true',
        },
        recursive: {
          form: word('enabled', 'disabled', 'writable', 'readonly'),
          about: 'What happens to mounts below.',
          verdict: onlyDocker('mounts below are included'),
        },
        selinux: {
          form: word('z', 'Z'),
          about: 'Label for SELinux: shared or private.',
          verdict: onlyDocker('labels are left alone'),
        },
      }),
      about: 'Options of a bind mount.',
      see: 'long-syntax-6',
    },
    volume: {
      form: section({
        labels: {
          form: pairs(),
          about: 'Labels of an anonymous volume.',
          verdict: onlyDocker('volumes have no labels'),
        },
        nocopy: { form: flag, about: 'Do not copy what the image has there.', absent: 'false' },
        subpath: {
          form: text,
          about: 'Folder inside the volume.',
          verdict: { native: 'refused: a volume is mounted whole' },
        },
      }),
      about: 'Options of a named volume.',
    },
    tmpfs: {
      form: section({
        size: { form: limitedByteSize, about: 'Largest size.', absent: 'no limit' },
        mode: { form: numericFileMode, about: 'Permission bits of the folder.', absent: '1777' },
      }),
      about: 'Options of a folder in memory.',
    },
    image: {
      form: section({ subpath: { form: text, about: 'Folder inside the image.' } }),
      about: 'Options of a mounted image.',
      verdict: nativeRefuses('there are no images to mount'),
    },
  },
  {
    required: ['type', 'target'],
    short: shortMount,
    rules: [{ kind: 'source', type: 'bind' }],
  },
);

/** @param folder Where a grant without a target goes; absent: the engine decides. */
export function grants(folder?: string): Form {
  return list(
    section(
      {
        source: { form: filledText, about: 'Key at the top level.' },
        target: {
          form: text,
          about: 'Path or name of the file inside the container.',
          absent: `\`${folder ?? ''}/<source>\``,
          ...(folder !== undefined && { fill: (grant) => `${folder}/${sourceOf(grant)}` }),
        },
        uid: {
          form: text,
          about: 'Owner of the file, by number.',
          verdict: onlyDocker('the file belongs to the user of the service'),
        },
        gid: {
          form: text,
          about: 'Group of the file, by number.',
          verdict: onlyDocker('the file belongs to the user of the service'),
        },
        mode: {
          form: fileMode,
          about: 'Permission bits of the file.',
          absent: '0444',
          leftOut: 'null',
        },
      },
      {
        required: ['source'],
        short: {
          from: ['text'],
          words: 'a name',
          read: (value) => (value === '' ? refused('it is empty') : read({ source: value })),
        },
      },
    ),
    { identity: byGrantTarget(folder ?? '') },
  );
}

function sourceOf(grant: MapNode): string {
  const source = grant.entries.find(({ key }) => key === 'source')?.value;
  return source?.kind === 'scalar' ? String(source.value) : '';
}

const device: Form = section(
  {
    source: { form: text, about: 'Device of this machine.' },
    target: { form: text, about: 'Path inside the container.' },
    permissions: { form: text, about: 'Of `r`, `w`, `m`.', absent: 'rwm' },
  },
  {
    required: ['source', 'target'],
    short: {
      from: ['text'],
      words: '"SOURCE[:TARGET[:PERMISSIONS]]" such as "/dev/ttyUSB0:/dev/ttyUSB0:rw"',
      read: (value) => {
        const [source = '', target = '', permissions = 'rwm', ...rest] = String(value).split(':');
        if (rest.length > 0) return { kind: 'refused', why: 'it has too many colons' };
        return read({ source, target: target === '' ? source : target, permissions });
      },
    },
  },
);

/** What the service finds on its disks. */
export const storageKeys: Keys = {
  volumes: {
    form: list(mount, { identity: byMountTarget }),
    about: 'Folders and files of this machine, and volumes, that the service sees.',
  },
  volumes_from: {
    form: list(text, { distinct: true }),
    about: 'Services whose mounts this one has too.',
    verdict: onlyDocker('mounts are written for each service'),
  },
  tmpfs: {
    form: list(text, { single: true, identity: byKey }),
    about: 'Folders that are kept in memory and start empty: `PATH[:OPTIONS]`.',
  },
  secrets: { form: grants('/run/secrets'), about: 'Secrets that the service may read as files.' },
  configs: { form: grants(), about: 'Configuration files that the service may read.' },
  devices: {
    form: list(device, { identity: byDeviceTarget }),
    about: 'Devices of this machine.',
    verdict: nativeRefuses('use the docker engine for devices'),
  },
  storage_opt: {
    form: mapOf(looseText, { names: 'free' }),
    about: 'Options for the storage driver.',
    verdict: onlyDocker('there is no storage driver'),
  },
  shm_size: {
    form: byteSize,
    about: 'Size of `/dev/shm`.',
    absent: '64m',
    verdict: nativeIgnores('the /dev/shm of this machine is used'),
  },
  read_only: {
    form: flag,
    about: 'The service can write to its mounts only.',
    absent: 'false',
    verdict: nativeIgnores('the files of this machine stay writable'),
  },
};
