import type { Span } from '../model/diagnostic.ts';
import { parseEngineName } from '../model/engine-name.ts';
import type {
  ContentSource,
  EnvironmentSettings,
  Network,
  Project,
  ProjectSettings,
  Volume,
} from '../model/project.ts';
import type { Canonical } from './canonical.ts';
import { fingerprintOf, withDigest } from './fingerprint.ts';
import type { FileContent } from './load-request.ts';
import type { Entry, Node } from './node.ts';
import { entriesOf, flagOf, textOf, textsOf, valueAt } from './tree.ts';
import { typedService } from './typed-service.ts';
import type { Variables } from './variable.ts';

export interface TypedProjectOptions {
  readonly name: string;
  readonly workingDir: string;
  readonly files: readonly string[];
  readonly inactive: readonly string[];
  readonly environment: Variables;
  readonly canonical: Canonical;
  /** Paths of every file in which services are written, includes and bases among them. */
  readonly composeFiles: ReadonlySet<string>;
  /** Files of secrets and configs, as far as they were read. */
  readonly contents: ReadonlyMap<string, FileContent>;
}

/** The project with types, from a model in canonical form. Parts that make no sense are left out: they were reported before. */
export function typedProject(model: Node, options: TypedProjectOptions): Project {
  const { canonical, name, workingDir, files, inactive, environment, contents, composeFiles } =
    options;
  const sources = (section: string): readonly ContentSource[] =>
    entriesOf(valueAt(model, section))
      .flatMap((entry) => contentSource(entry, environment))
      .map((source) => withDigest(source, contents));
  const secrets = sources('secrets');
  const configs = sources('configs');
  const fingerprint = fingerprintOf({ canonical: canonical.tree, secrets, configs });
  return {
    name,
    workingDir,
    files,
    services: entriesOf(valueAt(model, 'services')).flatMap((entry) =>
      typedService(entry, { fingerprintOf: () => fingerprint(entry.key), composeFiles }),
    ),
    inactive,
    networks: entriesOf(valueAt(model, 'networks')).map(typedResource),
    volumes: entriesOf(valueAt(model, 'volumes')).map(typedResource),
    secrets,
    configs,
    canonical: canonical.tree,
    origins: canonical.origins,
    settings: settingsOf(model),
  };
}

function settingsOf(model: Node): ProjectSettings {
  const engine = parseEngineName(textOf(valueAt(model, 'x-bowline', 'engine')));
  const environments = entriesOf(valueAt(model, 'x-bowline', 'environments'));
  return {
    ...(engine !== undefined && { engine }),
    environments: new Map(environments.map(({ key, value }) => [key, environmentOf(value)])),
  };
}

function environmentOf(node: Node): EnvironmentSettings {
  const engine = parseEngineName(textOf(valueAt(node, 'engine')));
  const context = textOf(valueAt(node, 'context'));
  const namespace = textOf(valueAt(node, 'namespace'));
  const registry = textOf(valueAt(node, 'registry'));
  const load = textOf(valueAt(node, 'load'));
  return {
    files: textsOf(valueAt(node, 'files')),
    ...(engine !== undefined && { engine }),
    ...(context !== undefined && { context }),
    ...(namespace !== undefined && { namespace }),
    ...(registry !== undefined && { registry }),
    ...(load !== undefined && { load }),
  };
}

function typedResource({ key, keyAt, value }: Entry): Network & Volume {
  return {
    key,
    name: textOf(valueAt(value, 'name')) ?? key,
    external: flagOf(valueAt(value, 'external')) === true,
    at: keyAt,
  };
}

function contentSource(
  { key, keyAt, value }: Entry,
  environment: Variables,
): readonly ContentSource[] {
  const common = { key, name: textOf(valueAt(value, 'name')) ?? key, at: keyAt };
  if (flagOf(valueAt(value, 'external')) === true) return [{ ...common, kind: 'external' }];
  const path = textOf(valueAt(value, 'file'));
  if (path !== undefined) return [{ ...common, kind: 'file', path }];
  const variable = textOf(valueAt(value, 'environment'));
  if (variable !== undefined) return [fromVariable(common, variable, environment)];
  const content = textOf(valueAt(value, 'content'));
  return content === undefined ? [] : [{ ...common, kind: 'content', value: content }];
}

function fromVariable(
  common: { readonly key: string; readonly name: string; readonly at: Span },
  variable: string,
  environment: Variables,
): ContentSource {
  const value = environment.get(variable)?.value;
  return { ...common, kind: 'environment', variable, ...(value !== undefined && { value }) };
}
