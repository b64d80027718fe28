import { writeFileSync } from 'node:fs';

import { loadProject, type LoadedProject } from '../actions/load-project.ts';
import { originsOf, usedVariables } from '../actions/used-variables.ts';
import { renderConfig } from '../report/render-config.ts';
import { hashesOf, imagesOf, keysOf, modelsOf } from './config-parts.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './load-options.ts';
import { writeTo } from './output-place.ts';
import { showWarnings } from './show-warnings.ts';

interface ConfigInvocation {
  readonly options: {
    readonly format: 'yaml' | 'json' | undefined;
    readonly services: boolean;
    readonly volumes: boolean;
    readonly networks: boolean;
    readonly models: boolean;
    readonly profiles: boolean;
    readonly images: boolean;
    readonly hash: string | undefined;
    readonly variables: boolean;
    readonly environment: boolean;
    readonly origins: boolean;
    readonly noInterpolate: boolean;
    readonly noNormalize: boolean;
    readonly noPathResolution: boolean;
    readonly noConsistency: boolean;
    readonly quiet: boolean;
    readonly output: string | undefined;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline config`: the canonical model, or what is asked for of it. */
export async function runConfig({
  options,
  operands,
  project: asked,
  io,
}: ConfigInvocation): Promise<number> {
  const { noNormalize, noPathResolution, noConsistency, variables } = options;
  const noInterpolate = options.noInterpolate || variables;
  const stages = { noInterpolate, noNormalize, noPathResolution, noConsistency };
  const loaded = await loadProject(
    { ...loadOptions(asked, io), ...stages, enabled: operands },
    { signal: io.signal },
  );
  await showWarnings(loaded, io);
  if (options.quiet) return 0;
  const text =
    (await partOf(loaded, options, io)) ??
    renderConfig(loaded.project, {
      format: options.format ?? 'yaml',
      services: operands,
      noInterpolate,
    });
  if (options.output === undefined) io.stdout.write(text);
  else {
    await writeTo({ output: options.output, cwd: io.cwd }, (path) => writeFileSync(path, text));
  }
  return 0;
}

async function partOf(
  loaded: LoadedProject,
  options: ConfigInvocation['options'],
  io: Io,
): Promise<string | undefined> {
  const { project, environment, sources } = loaded;
  if (options.services) return lines(keysOf(project, 'services'));
  if (options.volumes) return lines(keysOf(project, 'volumes'));
  if (options.networks) return lines(keysOf(project, 'networks'));
  if (options.models) return lines(modelsOf(project));
  if (options.hash !== undefined) return lines(hashesOf(project, options.hash));
  if (options.profiles) return lines(loaded.profiles);
  if (options.images) return lines(imagesOf(project));
  if (options.variables) return variableTable(loaded, options.format);
  if (options.environment)
    return lines([
      `COMPOSE_PROJECT_NAME=${project.name}`,
      ...[...environment].map(([name, { value }]) => `${name}=${value}`),
    ]);
  if (!options.origins) return undefined;
  const { renderOrigins } = await import('../report/render-origins.ts');
  return renderOrigins(originsOf(loaded), { sources, cwd: io.cwd });
}

async function variableTable(
  loaded: LoadedProject,
  format: 'yaml' | 'json' | undefined,
): Promise<string> {
  const used = usedVariables(loaded);
  if (format === 'json') {
    const rows = used.map(({ name, required, otherwise, instead }) => [
      name,
      { Name: name, DefaultValue: otherwise, PresenceValue: instead, Required: required },
    ]);
    return `${JSON.stringify(Object.fromEntries(rows), undefined, 4)}\n`;
  }
  const { columns } = await import('../report/columns.ts');
  return columns([
    ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'],
    ...used.map(({ name, required, otherwise, instead }) => [
      name,
      String(required),
      otherwise,
      instead,
    ]),
  ]);
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join('');
}
