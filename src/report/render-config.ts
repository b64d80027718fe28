import { withGoNames, withoutExtensions } from '../model/docker-json.ts';
import type { Json, Project } from '../model/project.ts';
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

/** Keys that Docker Compose prints in JSON also when they say nothing, and in YAML only when they do. */
const SAID_IN_JSON_ONLY: readonly (readonly [section: string, paths: readonly string[][]])[] = [
  [
    'services',
    [
      ['command'],
      ['entrypoint'],
      ['deploy', 'resources'],
      ['deploy', 'placement'],
      ['develop', 'watch', '*', 'exec', 'command'],
      ['develop', 'watch', '*', 'exec'],
      ['pre_start', '*', 'command'],
    ],
  ],
  ['networks', [['ipam']]],
];

/** The project as `docker compose config` prints it: with every `$` doubled, so that it can be loaded again. */
export function renderConfig(
  project: Project,
  { format, services = [], noInterpolate = false }: ConfigOptions,
): string {
  const tree = selected(project.canonical, services);
  if (noInterpolate) {
    const model = inAlphabet(quietly(project.canonical));
    return format === 'json'
      ? `${JSON.stringify(model, undefined, 2)}\n`
      : toYaml(model, remembered(asGoWrites));
  }
  const text = format === 'json' ? toJson(tree) : toYaml(quietly(tree), remembered(asGoWrites));
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

function quietly(tree: Json): Section {
  let quiet = sectionOf(tree);
  for (const [section, paths] of SAID_IN_JSON_ONLY) {
    const before = sectionOf(quiet[section]);
    const after = mapped(before, (part) => paths.reduce(withoutSilent, part));
    if (after !== before) quiet = { ...quiet, [section]: after };
  }
  return quiet;
}

/** The part without what stands at the path and says nothing; the same part when all of it speaks. */
function withoutSilent(part: Json, [key, ...rest]: readonly string[]): Json {
  if (key === '*' && Array.isArray(part)) {
    const items = part.map((item) => withoutSilent(item, rest));
    return items.some((item, index) => item !== part[index]) ? items : part;
  }
  if (!isSection(part) || key === undefined) return part;
  const value = part[key];
  if (value === undefined) return part;
  if (rest.length > 0) {
    const kept = withoutSilent(value, rest);
    return kept === value ? part : { ...part, [key]: kept };
  }
  if (!isSilent(value)) return part;
  const { [key]: _, ...others } = part;
  return others;
}

function isSilent(value: Json): boolean {
  return value === null || (isSection(value) && Object.keys(value).length === 0);
}

function mapped(section: Section, change: (value: Json) => Json): Section {
  const changed = Object.entries(section).flatMap(([key, value]): [string, Json][] => {
    const after = change(value);
    return after === value ? [] : [[key, after]];
  });
  return changed.length === 0 ? section : { ...section, ...Object.fromEntries(changed) };
}

function sectionOf(value: Json | undefined): Section {
  return isSection(value) ? value : {};
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
