import { mkdir, rm, stat } from 'node:fs/promises';

import { writeFileAtomically } from '../../host/atomic-file.ts';
import { errorCodeOf } from '../../host/error-code.ts';
import { RunError } from '../../model/finding.ts';
import type { ContentSource, Project, Service } from '../../model/project.ts';
import { ownFolder, type Places, volumeFolder } from './surroundings.ts';

/** Makes the folders and files that a service's mounts, secrets and configs stand for, as far as they are bowline's to make. */
export async function makeServiceFiles(
  project: Project,
  service: Service,
  places: Places,
): Promise<void> {
  for (const mount of service.mounts) {
    switch (mount.kind) {
      case 'volume':
        await makeFolder(volumeFolder(project, mount, places), service);
        break;
      case 'bind':
        if (mount.createHostPath && !(await exists(mount.source)))
          await makeFolder(mount.source, service);
        break;
      case 'tmpfs': {
        const folder = ownFolder(places, 'tmpfs', mount.target);
        // Empty at every start, as a file system in memory is.
        await rm(folder, { recursive: true, force: true });
        await makeFolder(folder, service);
        break;
      }
      case 'other':
        break;
    }
  }
  await writeGrants(project, service, places);
}

async function writeGrants(project: Project, service: Service, places: Places): Promise<void> {
  for (const kind of ['secrets', 'configs'] as const) {
    for (const { source, target, mode } of service[kind]) {
      const content = contentOf(project[kind].find(({ key }) => key === source));
      if (content === undefined) continue;
      await writeFileAtomically(ownFolder(places, kind, target), content, { mode });
    }
  }
}

function contentOf(source: ContentSource | undefined): string | undefined {
  return source?.kind === 'environment' || source?.kind === 'content' ? source.value : undefined;
}

async function makeFolder(path: string, { name }: Service): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new RunError(
      [
        {
          code: 'native/folder-not-made',
          service: name,
          cause: `the folder ${path} cannot be made: ${reasonOf(cause)}`,
          fix: ['Make it by hand, or give this user the right to write there.'],
        },
      ],
      { cause },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file of that name',
};

/** Why the operating system refused, in words. */
export function reasonOf(error: unknown): string {
  return (
    REASONS[errorCodeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error))
  );
}
