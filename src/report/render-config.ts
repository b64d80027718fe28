import {
  DEFAULT_SCALAR_STYLE_RULES,
  dump,
  SCALAR_STYLE,
  type ScalarStyleRule,
  strTag,
} from 'js-yaml';

import { withGoNames, withoutExtensions } from '../model/docker-json.ts';
import type { Json, Project } from '../model/project.ts';
import { onlyServices } from './only-services.ts';

export interface ConfigOptions {
  readonly format: 'yaml' | 'json';
  /** Services to print; empty: all. */
  readonly services?: readonly string[];
  /** Variables were left in place: a `$` stays a single one. @defaultValue false */
  readonly noInterpolate?: boolean;
}

type Section = Readonly<Record<string, Json>>;

/** Keys that Docker Compose prints in JSON also when they say nothing, and in YAML only when they do. */
const SAID_IN_JSON_ONLY: readonly (readonly [section: string, path: readonly string[]])[] = [
  ['services', ['command']],
  ['services', ['entrypoint']],
  ['services', ['deploy', 'resources']],
  ['services', ['deploy', 'placement']],
  ['services', ['develop', 'watch', '*', 'exec', 'command']],
  ['services', ['develop', 'watch', '*', 'exec']],
  ['services', ['pre_start', '*', 'command']],
  ['networks', ['ipam']],
];

/** The project as `docker compose config` prints it: with every `$` doubled, so that it can be loaded again. */
export function renderConfig(
  project: Project,
  { format, services = [], noInterpolate = false }: ConfigOptions,
): string {
  const tree = selected(project.canonical, services);
  if (noInterpolate) {
    const model = inAlphabet(quietly(project.canonical));
    return format === 'json' ? `${JSON.stringify(model, undefined, 2)}\n` : yamlOf(model);
  }
  const text = format === 'json' ? toJson(tree) : yamlOf(quietly(tree));
  return text.replaceAll('$', '$$$$');
}

function selected(tree: Json, names: readonly string[]): Section {
  const top = sectionOf(tree);
  return names.length === 0 ? top : onlyServices(top, names);
}

/** Keys of the top level in the order of the alphabet; what tools of others keep below it under `x-…` is left out. */
function toJson(tree: Section): string {
  // Docker's JSON has no models; its YAML does.
  const sorted = Object.entries(tree)
    .filter(([key]) => key !== 'models')
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const top = sorted.map(([key, value]): [string, Json] => [
    key,
    key.startsWith('x-') || key === 'name' ? value : withoutExtensions(value, key),
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
  const quiet = structuredClone(sectionOf(tree));
  for (const [section, path] of SAID_IN_JSON_ONLY) {
    for (const part of Object.values(sectionOf(quiet[section]))) removeSilent(part, path);
  }
  return quiet;
}

function yamlOf(tree: Json): string {
  const scalarStyleRules = [doubleQuoteTyped, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)];
  return dump(tree, { lineWidth: -1, noRefs: true, scalarStyleRules });
}

/** Text that would be read as a number, a truth value or nothing. */
const TYPED =
  /^(?:~|null|true|false|[-+]?(?:0x[\da-f]+|0o?[0-7]+|\.?\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?|\.inf)|\.nan)?$/i;

/** As Go writes it: double quotes where the type would be lost, single ones where only the writing asks for quotes. */
const doubleQuoteTyped: ScalarStyleRule = (layout) => {
  if (layout.node.tagged || layout.node.tag !== strTag.tagName || !TYPED.test(layout.node.value))
    return;
  layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
};

function removeSilent(part: Json, [key, ...rest]: readonly string[]): void {
  if (key === '*' && Array.isArray(part)) {
    for (const item of part) removeSilent(item, rest);
    return;
  }
  if (!isSection(part) || key === undefined) return;
  const value = part[key];
  if (rest.length > 0 && value !== undefined) removeSilent(value, rest);
  else if (value === null || (isSection(value) && Object.keys(value).length === 0)) {
    Reflect.deleteProperty(part, key);
  }
}

function sectionOf(value: Json | undefined): Section {
  return isSection(value) ? value : {};
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
