import { dirname, join } from 'node:path';

import type { Span } from '../model/diagnostic.ts';
import type { DocumentPlace, ModelFiles } from './documents.ts';
import { inheritVariables } from './inherit-variables.ts';
import { composeFile } from './language/compose-file.ts';
import { type Loading, namedPath, pathBase } from './loading.ts';
import { merge } from './merge.ts';
import type { Node } from './node.ts';
import { normalise } from './normalise.ts';
import { resolvePaths } from './resolve-paths.ts';
import { addEnvironmentFile } from './project-environment.ts';
import { itemsOf, map, textOf, textsOf, valueAt, withoutKey } from './tree.ts';
import type { Variables } from './variable.ts';

/** What an included project may bring. */
const SECTIONS = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'];

interface Including {
  readonly place: DocumentPlace;
  /** Loads the files that are included. */
  readonly load: (model: ModelFiles) => Node | undefined;
}

/**
 * Loads what `include` names, each in its own folder and with its own `.env`. Where several define the same thing, the
 * document itself wins, then what it includes first.
 */
export function applyIncludes(loading: Loading, document: Node, including: Including): Node {
  const includes = itemsOf(valueAt(document, 'include'));
  let below: Node | undefined;
  for (const include of includes) {
    const model = includedModel(loading, include, including);
    if (model !== undefined) below = below === undefined ? model : merge(model, below, composeFile);
  }
  const own = withoutKey(document, 'include');
  return below === undefined ? own : merge(below, own, composeFile);
}

function includedModel(
  loading: Loading,
  include: Node,
  { place, load }: Including,
): Node | undefined {
  const files = filesOf(include, place);
  const [main] = files;
  if (main === undefined) return undefined;
  const at = (valueAt(include, 'path') ?? include).at;
  const chain = [...place.chain, { file: place.file, at }];
  if (isCycle(loading, { main, chain })) return undefined;
  const directory = textOf(valueAt(include, 'project_directory'));
  const workingDir = directory === undefined ? dirname(main) : namedPath(directory, place);
  const environment = includedEnvironment(loading, include, { place, workingDir });
  const model: ModelFiles = { files, workingDir, environment, at, chain };
  const loaded = load(model);
  if (loaded === undefined) return undefined;
  const complete = resolvePaths(
    normalise(loaded, composeFile),
    composeFile,
    pathBase(workingDir, environment),
  );
  return onlySections(inheritVariables(complete, environment));
}

function filesOf(include: Node, place: DocumentPlace): readonly string[] {
  const written = valueAt(include, 'path') ?? include;
  return textsOf(written).map((path) => namedPath(path, place));
}

interface Circle {
  readonly main: string;
  readonly chain: ModelFiles['chain'];
}

function isCycle(loading: Loading, { main, chain }: Circle): boolean {
  const first = chain.findIndex(({ file }) => file === main);
  const [begin, ...rest] = chain.slice(Math.max(0, first));
  if (first < 0 || begin === undefined) return false;
  loading.report({
    code: 'compose/include-cycle',
    severity: 'error',
    message: 'files include each other in a circle',
    help: 'Put what they share into a file that includes neither.',
    at: begin.at,
    related: rest.map(({ at }) => ({ message: 'and goes on here', at })),
  });
  return true;
}

interface Included {
  readonly place: DocumentPlace;
  readonly workingDir: string;
}

/** The surrounding variables win over those of the included project's own `.env`. */
function includedEnvironment(
  loading: Loading,
  include: Node,
  { place, workingDir }: Included,
): Variables {
  const named = valueAt(include, 'env_file');
  if (named === undefined) {
    const path = join(workingDir, '.env');
    const content = loading.content(path, { secret: true });
    return content?.kind === 'text'
      ? withFile(loading, place.environment, { path, text: content.text })
      : place.environment;
  }
  const items = named.kind === 'scalar' ? [named] : itemsOf(named);
  let environment = place.environment;
  for (const item of items) {
    const path = textOf(item);
    if (path === undefined || path === '/dev/null') continue;
    environment = withNamedFile(loading, environment, {
      path: namedPath(path, place),
      at: item.at,
    });
  }
  return environment;
}

function withNamedFile(
  loading: Loading,
  environment: Variables,
  { path, at }: { readonly path: string; readonly at: Span },
): Variables {
  const code = 'compose/missing-env-file';
  const text = loading.text(path, { what: 'environment file', code, at, secret: true });
  return text === undefined ? environment : withFile(loading, environment, { path, text });
}

function withFile(
  loading: Loading,
  environment: Variables,
  file: { readonly path: string; readonly text: string },
): Variables {
  const { variables, diagnostics } = addEnvironmentFile(environment, file);
  loading.reportAll(diagnostics);
  return variables;
}

function onlySections(model: Node): Node {
  if (model.kind !== 'map') return model;
  return map(
    model.entries.filter(({ key }) => SECTIONS.includes(key)),
    model.at,
  );
}
