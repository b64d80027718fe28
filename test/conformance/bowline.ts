import { isDeepStrictEqual } from 'node:util';

import { load } from 'js-yaml';

import { loadProject } from '../../src/actions/load-project.ts';
import type { LoadStages } from '../../src/compose/load-request.ts';
import { ComposeError, type Diagnostic } from '../../src/model/diagnostic.ts';
import { renderConfig } from '../../src/report/render-config.ts';
import { type Answer, environmentOf, PROJECT, type Question } from './oracle.ts';
import { namesSameKey } from './same-key.ts';

export type Ours =
  | { readonly kind: 'accepted'; readonly text: string }
  | {
      readonly kind: 'refused';
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: ReadonlyMap<string, string>;
    };

const FLAGS: Readonly<Record<string, LoadStages>> = {
  '--no-interpolate': { noInterpolate: true },
  '--no-normalize': { noNormalize: true },
  '--no-consistency': { noConsistency: true },
  '--no-path-resolution': { noPathResolution: true },
};

/** What bowline says to the same question. */
export async function ask({ placed, flags }: Question): Promise<Ours> {
  const stages: LoadStages = Object.assign({}, ...flags.map((flag) => FLAGS[flag] ?? {}));
  const options = {
    files: placed.paths,
    projectDirectory: placed.folder,
    projectName: PROJECT,
    profiles: [],
    envFiles: [],
    environment: environmentOf(placed.case),
    cwd: placed.folder,
    ...stages,
  };
  try {
    const { project } = await loadProject(options, { signal: AbortSignal.timeout(10_000) });
    const { noInterpolate = false } = stages;
    const format = flags.includes('yaml') ? 'yaml' : 'json';
    return { kind: 'accepted', text: renderConfig(project, { format, noInterpolate }) };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const { diagnostics, sources } = error;
    return { kind: 'refused', diagnostics, sources };
  }
}

/** Half a sentence about how the two differ; absent where they agree. */
export function difference(theirs: Answer, ours: Ours): string | undefined {
  if (theirs.kind === 'silent') return undefined;
  if (theirs.kind === 'accepted') {
    if (ours.kind === 'refused') {
      return `refused only by us: ${ours.diagnostics.find(({ severity }) => severity === 'error')?.message}`;
    }
    return firstDifference(read(theirs.text), read(ours.text));
  }
  if (ours.kind === 'accepted') return `accepted only by us: ${theirs.message}`;
  return namesSameKey(theirs.message, ours)
    ? undefined
    : `refused for another reason: ${theirs.message} | ${ours.diagnostics.map(({ message }) => message).join(' | ')}`;
}

function read(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : load(text);
}

/** Docker Compose prints these in an order that changes from run to run. */
const UNORDERED = /^\/services\/[^/]+\/build\/ssh$/;

/** The first place in which two models differ, with what stands there. */
function firstDifference(theirs: unknown, ours: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(theirs, ours)) return undefined;
  if (!isObject(theirs) || !isObject(ours) || Array.isArray(theirs) !== Array.isArray(ours)) {
    return `${path}: ${JSON.stringify(theirs)} is ${JSON.stringify(ours)}`;
  }
  if (UNORDERED.test(path) && Array.isArray(theirs) && Array.isArray(ours)) {
    if (isDeepStrictEqual(theirs.toSorted(), ours.toSorted())) return undefined;
  }
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const found = firstDifference(theirs[key], ours[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
