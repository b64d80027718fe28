import type { Form, Key, ListForm, MapForm, PairsForm, SectionForm } from './language/form.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const ANYTHING_OWN = { '^x-': {} };
const NAME = '^[a-zA-Z0-9._-]+$';

/** The description of the whole file for editors: JSON Schema, draft 2020-12. What it cannot say is left to `validate`. */
export function toJsonSchema(form: Form): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Compose file, with what bowline adds',
    ...schemaOf(form),
  };
}

function schemaOf(form: Form): JsonSchema {
  switch (form.is) {
    case 'scalar':
      return form.from.includes('text') && form.options !== undefined && !('enum' in form.schema)
        ? { ...form.schema, examples: form.options }
        : form.schema;
    case 'words':
      return anyOf([
        { type: form.empty ? ['string', 'null'] : 'string' },
        { type: 'array', items: { type: 'string' } },
      ]);
    case 'list':
      return schemaOfList(form);
    case 'map':
      return schemaOfMap(form);
    case 'pairs':
      return schemaOfPairs(form);
    case 'section':
      return schemaOfSection(form);
    case 'either':
      return anyOf(form.forms.map(schemaOf));
    case 'any':
      return {};
  }
}

function schemaOfList({ of, single, distinct }: ListForm): JsonSchema {
  const item = schemaOf(of);
  const list = { type: 'array', items: item, ...(distinct && { uniqueItems: true }) };
  return single ? anyOf([schemaOfShort(of) ?? item, list]) : list;
}

function schemaOfMap({ of, names, fromList }: MapForm): JsonSchema {
  const value = schemaOf(of);
  const map =
    names === 'name'
      ? { type: 'object', patternProperties: { [NAME]: value }, additionalProperties: false }
      : { type: 'object', additionalProperties: value };
  return fromList === undefined
    ? map
    : anyOf([map, { type: 'array', items: { type: 'string' }, uniqueItems: true }]);
}

function schemaOfPairs({ many }: PairsForm): JsonSchema {
  const value = { type: ['string', 'number', 'boolean', 'null'] };
  const values = many ? anyOf([value, { type: 'array', items: value }]) : value;
  return anyOf([
    { type: 'object', additionalProperties: values },
    { type: 'array', items: { type: 'string' } },
  ]);
}

function schemaOfSection(form: SectionForm): JsonSchema {
  const long = {
    type: form.empty === 'refused' ? 'object' : ['object', 'null'],
    properties: Object.fromEntries(
      Object.entries(form.keys).map(([name, key]) => [name, schemaOfKey(key)]),
    ),
    ...(form.required.length > 0 && { required: form.required }),
    ...(form.extensions && { patternProperties: ANYTHING_OWN }),
    additionalProperties: false,
  };
  const short = schemaOfShort(form);
  return short === undefined ? long : anyOf([short, long]);
}

function schemaOfShort(form: Form): JsonSchema | undefined {
  if (form.is !== 'section' || form.short === undefined) return undefined;
  const types = { text: 'string', number: 'number', flag: 'boolean', empty: 'null' } as const;
  return { type: form.short.from.map((source) => types[source]), description: form.short.words };
}

function schemaOfKey({ form, about, absent, obsolete }: Key): JsonSchema {
  const schema = schemaOf(form);
  const described = {
    ...schema,
    description: absent === undefined ? about : `${about} Default: ${absent}`,
  };
  return {
    ...described,
    ...defaultOf(form, absent),
    ...(obsolete !== undefined && { deprecated: true }),
  };
}

/** Only what is a value, and not a sentence, is a default for a machine. */
function defaultOf(form: Form, absent: string | undefined): JsonSchema {
  if (absent === undefined || form.is !== 'scalar') return {};
  if (/^(true|false)$/.test(absent)) return { default: absent === 'true' };
  if (/^\d+$/.test(absent) && form.from.includes('number')) return { default: Number(absent) };
  const isWord = form.options?.includes(absent) === true || /^\d+[a-z]+$/i.test(absent);
  return isWord ? { default: absent } : {};
}

const anyOf = (schemas: readonly JsonSchema[]): JsonSchema => ({ anyOf: schemas });
