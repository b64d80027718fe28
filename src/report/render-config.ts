import { withGoNames, withoutExtensions } from '../model/docker-json.ts';
import type { Json, Project } from '../model/project.ts';
import { setOwn } from '../model/set-own.ts';
import { asGoWrites } from './go-yaml.ts';
import { onlyServices } from './only-services.ts';
import { type TextWriter, toYaml } from './yaml.ts';

export interface ConfigOptions {
  readonly format: 'yaml' | 'json';
  /** Services to print; empty: all. */
  readonly services?: readonly string[];
  /** Variables were left in place: a `$` stays a single one. @defaultValue false */
  readonly noInterpolate?: boolean;
}

type Section = Readonly<Record<string, Json>>;

/** A place in the model; `*` is every key of a map and every item of a list. */
interface Quiet {
  /** It is left out when it says nothing. */
  readonly leftOut?: true;
  readonly below?: Readonly<Record<string, Quiet>>;
}

const LEFT_OUT: Quiet = { leftOut: true };

/** What Docker Compose prints in JSON also when it says nothing, and in YAML only when it does. */
const SAID_IN_JSON_ONLY: Quiet = {
  below: {
    services: {
      below: {
        '*': {
          below: {
            command: LEFT_OUT,
            entrypoint: LEFT_OUT,
            deploy: { below: { resources: LEFT_OUT, placement: LEFT_OUT } },
            develop: {
              below: {
                watch: {
                  below: {
                    '*': { below: { exec: { leftOut: true, below: { command: LEFT_OUT } } } },
                  },
                },
              },
            },
            pre_start: { below: { '*': { below: { command: LEFT_OUT } } } },
          },
        },
      },
    },
    networks: { below: { '*': { below: { ipam: LEFT_OUT } } } },
  },
};

/** The project as `docker compose config` prints it: with every `$` doubled, so that it can be loaded again. */
export function renderConfig(
  project: Project,
  { format, services = [], noInterpolate = false }: ConfigOptions,
): string {
  const tree = selected(project.canonical, services);
  if (noInterpolate) {
    const model = inAlphabet(quietModel(project.canonical));
    return format === 'json'
      ? `${JSON.stringify(model, undefined, 2)}\n`
      : toYaml(model, remembered(asGoWrites));
  }
  const text = format === 'json' ? toJson(tree) : toYaml(quietModel(tree), remembered(asGoWrites));
  return text.replaceAll('$', '$$$$');
}

/** The same few keys stand in every service. */
function remembered(write: TextWriter): TextWriter {
  const known = new Map<string, string>();
  return (text) => {
    let written = known.get(text);
    if (written === undefined) known.set(text, (written = write(text)));
    return written;
  };
}

function selected(tree: Json, names: readonly string[]): Section {
  const top = sectionOf(tree);
  return names.length === 0 ? top : onlyServices(top, names);
}

/** Keys of the top level in the order of the alphabet; what tools of others keep below it under `x-…` is left out. */
function toJson(tree: Section): string {
  const whole = jsonOf(tree, (value) => value);
  // To look for one in the text takes a fraction of a walk through all values.
  return whole.includes('"x-') ? jsonOf(tree, withoutExtensions) : whole;
}

function jsonOf(tree: Section, shown: typeof withoutExtensions): string {
  // Docker's JSON has no models; its YAML does.
  const sorted = Object.entries(tree)
    .filter(([key]) => key !== 'models')
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const top = sorted.map(([key, value]): [string, Json] => [
    key,
    key.startsWith('x-') || key === 'name' ? value : shown(value, key),
  ]);
  return `${JSON.stringify(withGoNames(Object.fromEntries(top)), undefined, 2)}\n`;
}

/** A model that is no project yet is printed as it is. */
function inAlphabet(value: Json): Json {
  if (Array.isArray(value)) return value.map(inAlphabet);
  if (!isSection(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, inAlphabet(each)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function quietModel(tree: Json): Json {
  return quietly(tree, SAID_IN_JSON_ONLY) ?? tree;
}

/** The value without what says nothing; the same value when all of it speaks, and absent when it is itself left out. */
function quietly(value: Json, { leftOut, below }: Quiet): Json | undefined {
  const quiet = below === undefined ? value : withoutSilent(value, below);
  return leftOut === true && isSilent(quiet) ? undefined : quiet;
}

function withoutSilent(value: Json, below: NonNullable<Quiet['below']>): Json {
  const all = below['*'];
  if (Array.isArray(value)) {
    return all === undefined ? value : value.map((item) => quietly(item, all) ?? null);
  }
  if (!isSection(value)) return value;
  const changed = new Map<string, Json | undefined>();
  const keys = Object.keys(all === undefined ? below : value);
  keys.forEach((key) => {
    const before = value[key];
    const place = all ?? below[key];
    if (before === undefined || place === undefined) return;
    const after = quietly(before, place);
    if (after !== before) changed.set(key, after);
  });
  return changed.size === 0 ? value : withChanges(value, changed);
}

function withChanges(section: Section, changed: ReadonlyMap<string, Json | undefined>): Section {
  const result: Record<string, Json> = {};
  Object.keys(section).forEach((key) => {
    const value = changed.has(key) ? changed.get(key) : section[key];
    if (value !== undefined) setOwn(result, key, value);
  });
  return result;
}

function isSilent(value: Json): boolean {
  return value === null || (isSection(value) && Object.keys(value).length === 0);
}

function sectionOf(value: Json | undefined): Section {
  return isSection(value) ? value : {};
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
