import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { loadProject } from '../actions/load-project.ts';
import type { Project } from '../model/project.ts';
import { renderConfig } from '../report/render-config.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions, showWarnings } from './open.ts';

interface ConfigInvocation {
  readonly options: {
    readonly format: 'yaml' | 'json' | undefined;
    readonly services: boolean;
    readonly volumes: boolean;
    readonly images: boolean;
    readonly quiet: boolean;
    readonly output: string | undefined;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline config`: the canonical model, or the names in it. */
export async function runConfig({
  options,
  operands,
  project: asked,
  io,
}: ConfigInvocation): Promise<number> {
  const loaded = await loadProject(
    { ...loadOptions(asked, io), enabled: operands },
    { signal: io.signal },
  );
  showWarnings(loaded, io);
  if (options.quiet) return 0;
  const text =
    namesIn(loaded.project, options) ??
    renderConfig(loaded.project, { format: options.format ?? 'yaml', services: operands });
  if (options.output === undefined) io.stdout.write(text);
  else await writeFile(resolve(io.cwd, options.output), text);
  return 0;
}

function namesIn(
  project: Project,
  { services, volumes, images }: ConfigInvocation['options'],
): string | undefined {
  if (services) return lines(project.services.map(({ name }) => name));
  if (volumes) return lines(project.volumes.map(({ key }) => key));
  if (images)
    return lines(project.services.map(({ name, image }) => image ?? `${project.name}-${name}`));
  return undefined;
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}
