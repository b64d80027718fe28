import { stat } from 'node:fs/promises';

import type { ContentSource, Grant, Project, Service } from '../../model/project.ts';
import { numberOf, sectionOf, listOf, textOf } from './json.ts';
import { canonicalService } from './canonical-service.ts';
import type { DockerContext } from './context.ts';
import { tarOf, type TarFile } from './tar.ts';

/** Secrets and configs of one service. */
export interface GrantMounts {
  /** From files of this machine: mounted, read-only, so that the file's owner and bits stay. */
  readonly binds: readonly string[];
  /** From variables and from the Compose file: copied into the created container. */
  readonly files: readonly TarFile[];
}

/** Where each secret and config of a service comes from and goes to, as in Docker Compose. */
export async function grantsOf(
  { project }: Pick<DockerContext, 'project'>,
  service: Service,
): Promise<GrantMounts> {
  const all = (['secrets', 'configs'] as const).flatMap((kind) =>
    service[kind].map((grant) => ({ kind, grant })),
  );
  const binds: string[] = [];
  const files: TarFile[] = [];
  for (const { kind, grant } of all) {
    const source = project[kind].find(({ key }) => key === grant.source);
    if (source === undefined) continue;
    const { uid, gid } = ownerOf(project, service, { kind, grant });
    if (source.kind === 'file') binds.push(`${source.path}:${grant.target}:ro`);
    else {
      const value = valueOf(source);
      if (value === undefined) continue;
      files.push({ path: grant.target, content: Buffer.from(value), mode: grant.mode, uid, gid });
    }
  }
  return { binds, files };
}

function valueOf(source: Exclude<ContentSource, { readonly kind: 'file' }>): string | undefined {
  return source.kind === 'external' ? undefined : source.value;
}

/** Who the file belongs to, as written with the grant. */
function ownerOf(
  project: Project,
  service: Service,
  { kind, grant }: { readonly kind: 'secrets' | 'configs'; readonly grant: Grant },
): { readonly uid: number; readonly gid: number } {
  const written = listOf(canonicalService(project, service.name)[kind])
    .map(sectionOf)
    .find(({ source, target }) => {
      const to = textOf(target);
      return source === grant.source && (to === undefined || grant.target.endsWith(to));
    });
  return { uid: numberOf(written?.['uid']) ?? 0, gid: numberOf(written?.['gid']) ?? 0 };
}

/** The archive that puts `files` below the root of a container; none where there are none. */
export function archiveOf(files: readonly TarFile[]): Buffer | undefined {
  return files.length === 0 ? undefined : tarOf(files);
}

/** Files of secrets that are not there: the engine would make folders of their names. */
export async function missingFiles(
  project: Project,
  service: Service,
): Promise<readonly ContentSource[]> {
  const granted = (['secrets', 'configs'] as const).flatMap((kind) =>
    service[kind].flatMap(({ source }) => project[kind].find(({ key }) => key === source) ?? []),
  );
  const states = await Promise.all(
    granted.map(async (source) =>
      source.kind === 'file' && (await stat(source.path).catch(() => undefined)) === undefined
        ? [source]
        : [],
    ),
  );
  return states.flat();
}
