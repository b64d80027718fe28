import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { composeFile } from '../../src/compose/language/compose-file.ts';
import type { Form, SectionForm } from '../../src/compose/language/form.ts';
import { librarySource } from './toolchain.ts';

/** JSON Schema, as far as the official one uses it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const shape = ['list', 'mapping', 'text', 'number', 'flag', 'nothing'] as const;
type Shape = (typeof shape)[number];

/**
 * Where the description differs from the official schema, and why. `+` is accepted by us only, `-` by the schema only.
 * A line that is no longer true fails the test, too.
 */
const REVIEWED: Readonly<Record<string, string>> = {
  '+ /x-bowline': 'ours',
  '+ /services/*/x-bowline': 'ours',
  // A variable always gives text: `${X}` must be able to stand wherever a flag or a number can.
  '+ /models/*/context_size: text': 'may come from a variable',
  '+ /services/*/depends_on/*/required: text': 'may come from a variable',
  '+ /services/*/develop/watch/*/initial_sync: text': 'may come from a variable',
  '+ /services/*/networks/*/gw_priority: text': 'may come from a variable',
  '+ /services/*/networks/*/priority: text': 'may come from a variable',
  '+ /services/*/use_api_socket: text': 'may come from a variable',
  // Handed on as text, so that every scalar is as good.
  '+ /services/*/build/provenance: number': 'handed on as text',
  '+ /services/*/build/sbom: number': 'handed on as text',
  '+ /services/*/logging/options/*: flag': 'handed on as text',
  '+ /services/*/gpus/*: text': '`all` may be the one item of a list, as it may be the whole value',
  // Elsewhere the specification lets x- keys be; these are oversights.
  '+ /configs/*/external: x-': 'x- keys are free everywhere',
  '+ /secrets/*/external: x-': 'x- keys are free everywhere',
  '+ /services/*/gpus/*: x-': 'x- keys are free everywhere',
  // Without them Docker Compose fails later, or does something that nobody can mean.
  '- /services/*/build/secrets/*: without source': 'a grant of nothing',
  '- /services/*/configs/*: without source': 'a grant of nothing',
  '- /services/*/secrets/*: without source': 'a grant of nothing',
  '- /services/*/devices/*: without target': 'Docker Compose refuses it, later',
  '- /services/*/ports/*: without target': 'a port that leads nowhere',
  '- /services/*/volumes/*: without target': 'Docker Compose ends in a crash',
};

const schema = officialSchema();

describe.skipIf(schema === undefined)('the official schema', () => {
  const official = schema ?? {};

  test('knows the same keys and shapes, except where it was reviewed', () => {
    const differences: string[] = [];
    compare(official, composeFile, { path: '', root: official, differences });
    expect(differences.toSorted()).toEqual(Object.keys(REVIEWED).toSorted());
  });

  test('has as many keys of a service as the description, without ours', () => {
    const keys = Object.keys(official.$defs?.['service']?.properties ?? {});
    const services = sectionOf(composeFile)?.keys['services']?.form;
    const ours = Object.keys(sectionOf(services)?.keys ?? {}).filter(
      (key) => !key.startsWith('x-'),
    );
    expect(ours.toSorted()).toEqual(keys.toSorted());
    expect(keys.length).toBe(93);
  });
});

interface Walk {
  readonly path: string;
  readonly root: Schema;
  readonly differences: string[];
}

function compare(schemaHere: Schema, form: Form, walk: Walk): void {
  const { path, root, differences } = walk;
  const alternatives = alternativesOf(schemaHere, root);
  const theirs = new Set(alternatives.flatMap((each) => shapesOfSchema(each)));
  const ours = shapesOf(form);
  if (form.is === 'any') return;
  for (const each of shape) {
    if (ours.has(each) && !theirs.has(each)) differences.push(`+ ${path}: ${each}`);
    if (!ours.has(each) && theirs.has(each)) differences.push(`- ${path}: ${each}`);
  }
  compareKeys(alternatives, form, walk);
  compareValues(alternatives, form, walk);
}

/** Keys that the specification names. */
function compareKeys(alternatives: readonly Schema[], form: Form, walk: Walk): void {
  const section = sectionHere(form);
  const official = alternatives.find(({ properties }) => properties !== undefined);
  if (section === undefined || official?.properties === undefined) return;
  const { path, differences } = walk;
  for (const [key, value] of Object.entries(official.properties)) {
    const known = section.keys[key];
    if (known === undefined) differences.push(`- ${path}/${key}`);
    else compare(value, known.form, { ...walk, path: `${path}/${key}` });
  }
  for (const key of Object.keys(section.keys)) {
    if (!(key in official.properties)) differences.push(`+ ${path}/${key}`);
  }
  for (const key of section.required) {
    if (official.required?.includes(key) !== true) differences.push(`- ${path}: without ${key}`);
  }
  for (const key of official.required ?? []) {
    if (!section.required.includes(key)) differences.push(`+ ${path}: without ${key}`);
  }
  const extensions = official.patternProperties?.['^x-'] !== undefined;
  if (extensions !== section.extensions) differences.push(`${extensions ? '-' : '+'} ${path}: x-`);
}

/** Items of lists, values of names, and words of which one must be chosen. */
function compareValues(alternatives: readonly Schema[], form: Form, walk: Walk): void {
  const { path, root, differences } = walk;
  const list = alternatives.find(({ items }) => items !== undefined);
  if (form.is === 'list' && list?.items !== undefined)
    compare(list.items, form.of, { ...walk, path: `${path}/*` });
  const map = alternatives.find(
    ({ patternProperties, properties }) =>
      patternProperties !== undefined && properties === undefined,
  );
  const value = Object.values(map?.patternProperties ?? {})[0];
  if (form.is === 'map' && value !== undefined)
    compare(value, form.of, { ...walk, path: `${path}/*` });
  const words = alternativesOf(alternatives.find((each) => each.enum !== undefined) ?? {}, root)[0]
    ?.enum;
  if (form.is === 'scalar' && words !== undefined && String(form.options) !== String(words)) {
    const [mine, yours] = [new Set(form.options), new Set(words)];
    for (const word of mine) if (!yours.has(word)) differences.push(`+ ${path}: ${word}`);
    for (const word of yours) if (!mine.has(word)) differences.push(`- ${path}: ${word}`);
  }
}

function alternativesOf(schemaHere: Schema, root: Schema): readonly Schema[] {
  if (schemaHere.$ref !== undefined) {
    const target = root.$defs?.[schemaHere.$ref.replace('#/$defs/', '')];
    return target === undefined ? [] : alternativesOf(target, root);
  }
  return schemaHere.oneOf === undefined
    ? [schemaHere]
    : schemaHere.oneOf.flatMap((each) => alternativesOf(each, root));
}

const SHAPES: Readonly<Record<string, Shape>> = {
  array: 'list',
  object: 'mapping',
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'flag',
  null: 'nothing',
};

function shapesOfSchema({ type }: Schema): readonly Shape[] {
  const types = typeof type === 'string' ? [type] : (type ?? []);
  return types.flatMap((each) => SHAPES[each] ?? []);
}

function shapesOf(form: Form): ReadonlySet<Shape> {
  switch (form.is) {
    case 'scalar':
      return new Set(form.from.map((source) => (source === 'empty' ? 'nothing' : source)));
    case 'words':
      return new Set(form.empty ? ['text', 'list', 'nothing'] : ['text', 'list']);
    case 'list':
      return new Set(['list', ...(form.single ? [...shapesOfItem(form.of)] : [])]);
    case 'map':
      return new Set(form.fromList === undefined ? ['mapping'] : ['mapping', 'list']);
    case 'pairs':
      return new Set(['mapping', 'list']);
    case 'section': {
      const short = (form.short?.from ?? []).map((source): Shape =>
        source === 'empty' ? 'nothing' : source,
      );
      return new Set([
        'mapping',
        ...short,
        ...(form.empty === 'refused' ? [] : (['nothing'] as const)),
      ]);
    }
    case 'either':
      return new Set(form.forms.flatMap((each) => [...shapesOf(each)]));
    case 'any':
      return new Set(shape);
  }
}

/** One item instead of a list is a scalar. */
function shapesOfItem(form: Form): ReadonlySet<Shape> {
  return new Set([...shapesOf(form)].filter((each) => each !== 'mapping'));
}

function sectionOf(form: Form | undefined): SectionForm | undefined {
  if (form?.is === 'section') return form;
  return form?.is === 'map' ? sectionOf(form.of) : undefined;
}

function sectionHere(form: Form): SectionForm | undefined {
  if (form.is === 'section') return form;
  return form.is === 'either'
    ? form.forms.map(sectionHere).find((each) => each !== undefined)
    : undefined;
}

function officialSchema(): Schema | undefined {
  const folder = librarySource();
  if (folder === undefined) return undefined;
  return JSON.parse(readFileSync(join(folder, 'schema/compose-spec.json'), 'utf8')) as Schema;
}
