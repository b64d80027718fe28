import type { Json, Project } from '../../model/project.ts';
import { defined, listOf, numberOf, type Section, sectionOf, textMapOf, textOf } from './json.ts';
import type { ContainerMount } from './shapes.ts';

export interface MountFields {
  readonly Binds: readonly string[];
  readonly Mounts: readonly object[];
}

/**
 * What a service mounts. A plain bind mount is written the old way: it makes the folder on the engine's machine when it
 * is not there, which the new way can only from Engine 23 on.
 *
 * @param inherited - mounts of the container that is replaced: its anonymous volumes go on.
 */
export function mountsOf(
  service: Json,
  project: Project,
  inherited: readonly ContainerMount[],
): MountFields {
  const mounts = listOf(sectionOf(service)['volumes']).map(sectionOf);
  const binds = mounts.filter(isPlainBind);
  return {
    Binds: binds.map(plainBind),
    Mounts: mounts
      .filter((mount) => !binds.includes(mount))
      .map((mount) => mountOf(mount, project, inherited)),
  };
}

function isPlainBind({ type, bind, source, target }: Section): boolean {
  if (type !== 'bind') return false;
  const { create_host_path: creates, recursive } = sectionOf(bind);
  // A colon would end the path.
  const colon = `${textOf(source) ?? ''}${textOf(target) ?? ''}`.includes(':');
  return creates !== false && recursive === undefined && !colon;
}

function plainBind({ source, target, read_only: readOnly, bind }: Section): string {
  const { propagation, selinux } = sectionOf(bind);
  const modes = [readOnly === true ? 'ro' : 'rw', textOf(propagation), textOf(selinux)];
  const mode = modes.filter((each) => each !== undefined && each !== '').join(',');
  return `${textOf(source) ?? ''}:${textOf(target) ?? ''}:${mode}`;
}

function mountOf(mount: Section, project: Project, inherited: readonly ContainerMount[]): object {
  const { type, source, target, read_only: readOnly, consistency } = mount;
  const common = {
    Type: type,
    Target: target,
    ReadOnly: readOnly === true,
    Consistency: textOf(consistency),
  };
  switch (textOf(type) ?? '') {
    case 'volume': {
      const name = volumeName(textOf(source), project);
      const before = inherited.find(
        ({ Type, Destination }) => Type === 'volume' && Destination === target,
      );
      return defined({
        ...common,
        Source: name ?? before?.Name,
        VolumeOptions: volumeOptions(mount),
      });
    }
    case 'tmpfs':
      return defined({ ...common, TmpfsOptions: tmpfsOptions(mount) });
    case 'bind':
      return defined({ ...common, Source: textOf(source), BindOptions: bindOptions(mount) });
    case 'image':
      return defined({
        ...common,
        Source: textOf(source),
        ImageOptions: subpathOf(sectionOf(mount['image'])),
      });
    default:
      return defined({ ...common, Source: textOf(source) });
  }
}

function volumeName(key: string | undefined, project: Project): string | undefined {
  if (key === undefined) return undefined;
  return project.volumes.find((volume) => volume.key === key)?.name ?? key;
}

function volumeOptions({ volume }: Section): object {
  const { nocopy, labels } = sectionOf(volume);
  return defined({
    NoCopy: nocopy === true ? true : undefined,
    ...(labels !== undefined && { Labels: textMapOf(labels) }),
    ...subpathOf(sectionOf(volume)),
  });
}

function subpathOf({ subpath }: Section): object {
  return defined({ Subpath: textOf(subpath) });
}

function tmpfsOptions({ tmpfs }: Section): object {
  const { size, mode } = sectionOf(tmpfs);
  return defined({ SizeBytes: numberOf(size), Mode: numberOf(mode) });
}

function bindOptions({ bind }: Section): object {
  const { propagation, recursive, create_host_path: creates } = sectionOf(bind);
  return defined({
    Propagation: textOf(propagation),
    CreateMountpoint: creates === false ? undefined : true,
    NonRecursive: recursive === 'disabled' ? true : undefined,
    ReadOnlyNonRecursive: recursive === 'writable' ? true : undefined,
    ReadOnlyForceRecursive: recursive === 'readonly' ? true : undefined,
  });
}

/** Anonymous volumes that only the image declares: they go on, too. */
export function inheritedBinds(
  service: Json,
  inherited: readonly ContainerMount[],
): readonly object[] {
  const written = new Set(
    listOf(sectionOf(service)['volumes']).map((mount) => textOf(sectionOf(mount)['target'])),
  );
  return inherited
    .filter(
      ({ Type, Name, Destination }) =>
        Type === 'volume' && Name !== undefined && !written.has(Destination),
    )
    .filter(({ Name }) => /^[0-9a-f]{64}$/.test(Name ?? ''))
    .map(({ Name, Destination }) => ({ Type: 'volume', Source: Name, Target: Destination }));
}
