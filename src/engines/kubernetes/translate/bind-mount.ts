import { posix } from 'node:path';

import type { LocalFile } from '../../../model/translation.ts';
import { type ContentEntry, contentObject } from './content-object.ts';
import { labelsOf, type ServiceContext } from './context.ts';
import { assumed, type DraftMap, from } from './draft.ts';
import { type Mounted, NOTHING_MOUNTED, targetOf } from './mounted.ts';
import { dataKey, objectName } from './names.ts';
import { at, isTrue, type Place, textOf } from './place.ts';
import { isSecretFile } from './secret-words.ts';
import { volumeName } from './volume-name.ts';

/** A cluster has no folders of this machine: files go there as objects, data as a claim, and sources are in the image. */
export function bindMount(
  context: ServiceContext,
  { mount, index }: { readonly mount: Place; readonly index: number },
): Mounted {
  const { service, parent } = context;
  const { account, options } = parent;
  const source = textOf(at(mount, 'source')) ?? '';
  const file = options.files?.get(source) ?? { kind: 'missing' };
  if (isEngineSocket(source) || file.kind === 'socket') {
    account.refused(
      mount,
      'it would give the service the machine that it runs on',
      'Do without the socket; a cluster has no Docker Engine behind it.',
    );
    return NOTHING_MOUNTED;
  }
  if (file.kind === 'file') return fileMount(context, { mount, index, file });
  if (isSource(service.build?.context, source)) {
    account.default(mount, 'the image has these files: they were built into it');
    return NOTHING_MOUNTED;
  }
  if (isOfMachine(source)) {
    account.unsupported(
      mount,
      'pods do not see folders of their machine',
      'Use the docker engine, or a DaemonSet of the cluster made for that purpose.',
    );
    return NOTHING_MOUNTED;
  }
  if (file.kind === 'folder' && isTrue(at(mount, 'read_only')))
    return folderMount(context, { mount, index, files: file.files });
  return dataMount(context, { mount, index, file });
}

function isEngineSocket(path: string): boolean {
  return /\/(?:docker|podman|containerd)\.sock$/.test(path);
}

/** Part of what the image is built from. */
function isSource(context: string | undefined, path: string): boolean {
  return context?.startsWith('/') === true && (path === context || path.startsWith(`${context}/`));
}

function isOfMachine(path: string): boolean {
  return /^\/(?:(?:proc|sys|dev|run|boot|etc|usr|lib|root|var\/(?:run|log|lib))(?:\/.*)?)?$/.test(
    path,
  );
}

interface FileMount {
  readonly mount: Place;
  readonly index: number;
  readonly file: Extract<LocalFile, { readonly kind: 'file' }>;
}

function fileMount(context: ServiceContext, { mount, index, file }: FileMount): Mounted {
  const { account } = context.parent;
  const source = textOf(at(mount, 'source')) ?? '';
  const key = dataKey(posix.basename(source));
  if (!isTrue(at(mount, 'read_only')))
    account.warn({
      code: 'kubernetes/read-only-file',
      message: `${textOf(at(mount, 'target')) ?? source} can be read and not written: it is a copy in the cluster`,
      help: 'Mount it with ":ro" to say so; put what the service writes into a volume.',
      place: mount,
    });
  const places = [at(mount, 'source')];
  return contentMount(context, {
    mount,
    index,
    isSecret: isSecretFile(source),
    data: [{ key, bytes: file.bytes, places }],
    items: [{ key, path: key }],
    subPath: key,
  });
}

interface FolderMount {
  readonly mount: Place;
  readonly index: number;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

function folderMount(context: ServiceContext, { mount, index, files }: FolderMount): Mounted {
  const paths = [...files.keys()].toSorted();
  const data = paths.map((path): ContentEntry => {
    return {
      key: dataKey(path),
      bytes: files.get(path) ?? new Uint8Array(),
      places: [at(mount, 'source')],
    };
  });
  return contentMount(context, {
    mount,
    index,
    isSecret: paths.some(isSecretFile),
    data,
    items: paths.map((path) => ({ key: dataKey(path), path })),
  });
}

interface ContentMount {
  readonly mount: Place;
  readonly index: number;
  readonly isSecret: boolean;
  readonly data: readonly ContentEntry[];
  readonly items: readonly DraftMap[];
  /** One file of it, mounted in its place. */
  readonly subPath?: string;
}

function contentMount(
  context: ServiceContext,
  { mount, index, isSecret, data, items, subPath }: ContentMount,
): Mounted {
  const kind = isSecret ? 'Secret' : 'ConfigMap';
  const object = contentObject(kind, { base: `${context.name}-files`, data, context });
  const name = volumeName(context, `files-${index}`);
  const volume = isSecret
    ? { secret: { secretName: object.metadata.name, items } }
    : { configMap: { name: object.metadata.name, items } };
  const readOnly = at(mount, 'read_only');
  return {
    volumes: [{ name, ...volume }],
    volumeMounts: [
      {
        name: from(name, at(mount, 'type')),
        mountPath: from(textOf(at(mount, 'target')), at(mount, 'target')),
        subPath,
        readOnly: isTrue(readOnly) ? from(true, readOnly) : true,
      },
    ],
    objects: [object],
  };
}

interface DataMount {
  readonly mount: Place;
  readonly index: number;
  readonly file: LocalFile;
}

/** A claim of its own, empty: what is in the folder stays where it is. */
function dataMount(context: ServiceContext, { mount, index, file }: DataMount): Mounted {
  const { parent } = context;
  const name = objectName(`${context.name}-data-${index}`);
  if (file.kind !== 'missing')
    parent.account.warn({
      code: 'kubernetes/folder-not-copied',
      message: `${textOf(at(mount, 'source')) ?? ''} becomes a volume of the cluster that starts empty`,
      help: `Copy what is needed when the pod runs (kubectl cp), or mount it with ":ro" if it is small and only read.`,
      place: mount,
    });
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: parent.namespace, labels: labelsOf(context) },
    spec: {
      accessModes: [assumed('ReadWriteOnce', 'a folder of this machine has one machine')],
      resources: { requests: { storage: assumed('10Gi', 'a folder has no size') } },
    },
  };
  return {
    volumes: [
      {
        name,
        persistentVolumeClaim: from({ claimName: name }, at(mount, 'type'), at(mount, 'source')),
      },
    ],
    volumeMounts: [{ name, ...targetOf(mount) }],
    objects: [claim],
  };
}
