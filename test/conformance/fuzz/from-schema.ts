import type { Random } from './random.ts';
import { anyScalar, anyText } from './scalars.ts';
import { plain, quoted, type Value } from './yaml-text.ts';

/** JSON Schema, as far as the official one uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Keys that read other files, or that belong to other programs. */
const LEFT_OUT = new Set(['extends', 'env_file', 'label_file', 'include', 'name', 'provider']);

/** A Compose file as the official schema has it, which knows shapes and few meanings. */
export function fileFromSchema(random: Random, root: Schema): Value {
  const service = root.$defs?.['service'] ?? {};
  const keys = Object.keys(service.properties ?? {}).filter((key) => !LEFT_OUT.has(key));
  const entries = random
    .some(keys, 1 + random.below(3))
    .map((key) => [key, valueOf(random, service.properties?.[key] ?? {}, root)] as const);
  const image = entries.some(([key]) => key === 'image') ? [] : [['image', quoted('x')] as const];
  const one: Value = { kind: 'map', entries: [...image, ...entries] };
  const sections = ['networks', 'volumes', 'secrets', 'configs', 'models'];
  const others = random
    .some(sections, random.below(2))
    .map((key) => [key, valueOf(random, root.properties?.[key] ?? {}, root)] as const);
  const services: Value = {
    kind: 'map',
    entries: [
      ['one', one],
      ['two', TWO],
    ],
  };
  return { kind: 'map', entries: [['services', services], ...others] };
}

const TWO: Value = { kind: 'map', entries: [['image', quoted('y')]] };

function valueOf(random: Random, schema: Schema, root: Schema): Value {
  if (schema.$ref !== undefined) {
    return valueOf(random, root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}, root);
  }
  if (schema.oneOf !== undefined) return valueOf(random, random.pick(schema.oneOf), root);
  if (schema.enum !== undefined) return quoted(random.pick(schema.enum));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['string']);
  return valueOfType(random, random.pick(types), { schema, root });
}

interface Place {
  readonly schema: Schema;
  readonly root: Schema;
}

function valueOfType(random: Random, type: string, { schema, root }: Place): Value {
  switch (type) {
    case 'object':
      return objectOf(random, schema, root);
    case 'array': {
      const item = (): Value => valueOf(random, schema.items ?? {}, root);
      return { kind: 'list', items: Array.from({ length: random.below(3) }, item) };
    }
    case 'boolean':
      return plain(random.pick(['true', 'false']));
    case 'null':
      return plain('null');
    case 'number':
    case 'integer':
      return plain(random.pick(['0', '1', '2', '10', '1000', '-1', '0.5']));
    default:
      return random.chance(85) ? quoted(anyText(random)) : anyScalar(random);
  }
}

function objectOf(random: Random, schema: Schema, root: Schema): Value {
  const known = Object.keys(schema.properties ?? {});
  const chosen = new Set([...random.some(known, random.below(4)), ...(schema.required ?? [])]);
  const entries = known
    .filter((key) => chosen.has(key))
    .map((key) => [key, valueOf(random, schema.properties?.[key] ?? {}, root)] as const);
  const pattern = Object.entries(schema.patternProperties ?? {}).find(([each]) => each !== '^x-');
  const named =
    pattern === undefined
      ? []
      : random
          .some(['one', 'two', 'data', 'front', 'A'], random.below(3))
          .map((name) => [name, valueOf(random, pattern[1], root)] as const);
  return { kind: 'map', entries: [...entries, ...named] };
}
