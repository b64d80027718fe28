import type { Project } from '../model/project.ts';
import { addImplicit } from './add-implicit.ts';
import { canonicalOf } from './canonical.ts';
import { inheritVariables } from './inherit-variables.ts';
import { composeFile } from './language/compose-file.ts';
import { joinConsequences } from './join-consequences.ts';
import { loadModel } from './load-model.ts';
import type { Declared, LoadRequest, LoadResult } from './load-request.ts';
import { Loading, pathBase } from './loading.ts';
import type { Node } from './node.ts';
import { normalise } from './normalise.ts';
import { resolvePaths } from './resolve-paths.ts';
import { projectNameOf } from './project-name.ts';
import { selectServices } from './select-services.ts';
import { readServiceFiles } from './service-environment.ts';
import { entriesOf, map, scalar, textOf, textsOf, valueAt, withKey, withoutKey } from './tree.ts';
import { typedProject } from './typed-project.ts';
import { variableSetters } from './variable-setters.ts';
import type { Variables } from './variable.ts';

/**
 * Compose files to a project, and everything that is wrong with them. Pure: it says which files it needs, and is called
 * again when they were read.
 */
export function load(request: LoadRequest): LoadResult {
  const loading = new Loading(request);
  const { project, declared, written } = loadProject(loading);
  if (loading.needs.size > 0) return { kind: 'needs', paths: [...loading.needs] };
  return {
    kind: 'loaded',
    ...(project !== undefined && { project }),
    ...(written !== undefined && { written }),
    declared,
    diagnostics: joinConsequences(loading.diagnostics),
    sources: loading.sources,
    silences: [...loading.silences.values()].flat(),
  };
}

interface Loaded {
  readonly project?: Project;
  readonly declared: Declared;
  readonly written?: Node;
}

function loadProject(loading: Loading): Loaded {
  const { request, stages } = loading;
  const { files, workingDir } = request;
  const name = projectNameOf(loading);
  const environment = withProjectName(request.environment, name);
  const written = loadModel(loading, { files, workingDir, environment, chain: [] });
  if (written === undefined) return { declared: declaredIn(loading, undefined) };
  const model = complete(loading, written, { name, environment });
  const known = [...environment.keys()];
  loading.reportAll(loading.variables.diagnostics(known, variableSetters(model, request.contents)));
  // With variables in it the model is only half of one: nobody knows what is used, and what is switched on.
  const half = stages.noInterpolate === true;
  const { profiles, enabled = [] } = request;
  const { model: selected, inactive } = half
    ? { model, inactive: [] }
    : selectServices(model, { profiles, enabled });
  const finished = half ? selected : readServiceFiles(loading, selected, environment);
  if (!half) readSources(loading, finished);
  const project = typedProject(finished, {
    name,
    workingDir,
    files,
    inactive,
    environment,
    canonical: canonicalOf(half ? withoutKeys(finished) : withoutSettled(finished)),
    contents: request.contents,
    composeFiles: loading.composeFiles,
  });
  return { project, written, declared: declaredIn(loading, model) };
}

function declaredIn({ names: written }: Loading, model: Node | undefined): Declared {
  const names = (section: Parameters<typeof written.of>[0]): readonly string[] => [
    ...new Set([
      ...entriesOf(valueAt(model, section)).map(({ key }) => key),
      ...written.of(section),
    ]),
  ];
  return {
    services: names('services'),
    spoiled: written.spoiled,
    networks: names('networks'),
    volumes: names('volumes'),
    secrets: names('secrets'),
    configs: names('configs'),
    models: names('models'),
    profiles: [
      ...new Set(
        entriesOf(valueAt(model, 'services')).flatMap(({ value }) =>
          textsOf(valueAt(value, 'profiles')),
        ),
      ),
    ].toSorted(),
    secretsOfDrivers: entriesOf(valueAt(model, 'secrets')).flatMap(({ key, keyAt, value }) => {
      const named = ['file', 'environment', 'external'].some((source) =>
        isStated(valueAt(value, source)),
      );
      const driven = isStated(valueAt(value, 'driver'));
      return named || !driven ? [] : [{ name: key, at: keyAt }];
    }),
  };
}

function isStated(node: Node | undefined): boolean {
  const text = textOf(node) ?? '';
  return text !== '' && text !== 'false';
}

interface Naming {
  readonly name: string;
  readonly environment: Variables;
}

/** Long forms, absolute paths, values of the surroundings, and what is meant without being said. */
function complete(
  { request, stages }: Loading,
  written: Node,
  { name, environment }: Naming,
): Node {
  const raw = stages.noInterpolate === true;
  const long = normalise(written, composeFile, raw ? 'written' : 'whole');
  const placed =
    stages.noPathResolution === true
      ? long
      : resolvePaths(long, composeFile, pathBase(request.workingDir, environment));
  const inherited = inheritVariables(placed, environment);
  const named = map(
    [
      {
        key: 'name',
        keyAt: written.at,
        value: scalar(name, valueAt(written, 'name')?.at ?? written.at),
      },
      ...entriesOf(inherited).filter(({ key }) => key !== 'name'),
    ],
    written.at,
  );
  const withServices =
    valueAt(named, 'services') === undefined && !raw
      ? withKey(named, 'services', map([], written.at))
      : named;
  return stages.noNormalize === true ? withServices : addImplicit(withServices, name);
}

function withProjectName(environment: Variables, name: string): Variables {
  return new Map([...environment, ['COMPOSE_PROJECT_NAME', { value: name }]]);
}

/** Contents of secrets and configs: when they change, the services that use them are out of date. */
function readSources(loading: Loading, model: Node): void {
  for (const section of ['secrets', 'configs']) {
    for (const { value } of entriesOf(valueAt(model, section))) {
      const path = textOf(valueAt(value, 'file'));
      if (path?.startsWith('/') === true && !loading.request.contents.has(path))
        loading.needs.add(path);
    }
  }
}

function withoutKeys(model: Node): Node {
  return withoutKey(withoutKey(model, 'version'), 'include');
}

/** Keys that say nothing once loading is done. */
function withoutSettled(model: Node): Node {
  const settled = ['version', 'include'];
  return map(
    entriesOf(model).filter(({ key, value }) => {
      const empty = value.kind === 'map' && value.entries.length === 0;
      return !settled.includes(key) && !(empty && key !== 'services' && !key.startsWith('x-'));
    }),
    model.at,
  );
}
