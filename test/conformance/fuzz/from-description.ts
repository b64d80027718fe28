import { composeFile } from '../../../src/compose/language/compose-file.ts';
import type { Form, MapForm, PairsForm, SectionForm } from '../../../src/compose/language/form.ts';
import type { Random } from './random.ts';
import { anyScalar, anyText, randomScalar, randomShort } from './scalars.ts';
import { plain, quoted, type Value } from './yaml-text.ts';

/** Names of services, resources, variables: few, so that they meet. */
const NAMES = ['one', 'two', 'data', 'front', 'default', 'x-own', 'A', 'a.b', '1'];

/** A Compose file as the description of the language has it: mostly right, with now and then a value from elsewhere. */
export function fileFromDescription(random: Random): Value {
  const top = composeFile.is === 'section' ? composeFile : undefined;
  const service = serviceForm(top);
  const services: (readonly [string, Value])[] = ['one', 'two']
    .slice(0, 1 + random.below(2))
    .map((name) => [name, serviceValue(random, service)]);
  const others = random
    .some(
      Object.keys(top?.keys ?? {}).filter((key) => !LEFT_OUT.has(key)),
      random.below(3),
    )
    .map((key) => [key, valueOf(random, top?.keys[key]?.form ?? { is: 'any' })] as const);
  return { kind: 'map', entries: [['services', { kind: 'map', entries: services }], ...others] };
}

/** Files of others: the corpus has them. `x-bowline` is ours alone. */
const LEFT_OUT = new Set([
  'services',
  'include',
  'name',
  'x-bowline',
  'extends',
  'env_file',
  'label_file',
  'provider',
]);

function serviceForm(top: SectionForm | undefined): SectionForm {
  const services = top?.keys['services']?.form;
  const form = services?.is === 'map' ? services.of : undefined;
  if (form?.is !== 'section') throw new Error('the description has no services');
  return form;
}

function serviceValue(random: Random, form: SectionForm): Value {
  const keys = random.some(
    Object.keys(form.keys).filter((key) => !LEFT_OUT.has(key)),
    1 + random.below(3),
  );
  const entries = keys.map(
    (key) => [key, valueOf(random, form.keys[key]?.form ?? { is: 'any' })] as const,
  );
  const image = keys.includes('image') || random.chance(3) ? [] : [['image', quoted('x')] as const];
  const odd = random.chance(4)
    ? [[misspelt(random, random.pick(Object.keys(form.keys))), anyScalar(random)] as const]
    : [];
  return { kind: 'map', entries: [...image, ...entries, ...odd] };
}

function misspelt(random: Random, key: string): string {
  const at = random.below(key.length);
  return key.slice(0, at) + key.slice(at + 1) || 'x';
}

function valueOf(random: Random, form: Form): Value {
  if (random.chance(3)) return wrongValue(random);
  switch (form.is) {
    case 'scalar':
      return randomScalar(random, form);
    case 'words':
      return random.chance(50)
        ? quoted(anyText(random))
        : listOf(random, () => quoted(anyText(random)));
    case 'list':
      if (form.single && random.chance(30)) return valueOf(random, form.of);
      return listOf(random, () => valueOf(random, form.of));
    case 'map':
      return mapValue(random, form);
    case 'pairs':
      return pairsValue(random, form);
    case 'section':
      return sectionValue(random, form);
    case 'either':
      return valueOf(random, random.pick(form.forms));
    case 'any':
      return anyScalar(random);
  }
}

function wrongValue(random: Random): Value {
  return random.pick<() => Value>([
    () => plain('null'),
    () => ({ kind: 'list', items: [] }),
    () => ({ kind: 'map', entries: [] }),
    () => listOf(random, () => anyScalar(random)),
    () => ({ kind: 'map', entries: [[random.pick(NAMES), anyScalar(random)]] }),
    () => anyScalar(random),
  ])();
}

function listOf(random: Random, item: () => Value): Value {
  return { kind: 'list', items: Array.from({ length: random.below(3) }, item) };
}

function mapValue(random: Random, form: MapForm): Value {
  const names = random.some(NAMES, random.below(3));
  if (form.fromList !== undefined && random.chance(40))
    return { kind: 'list', items: names.map(quoted) };
  return { kind: 'map', entries: names.map((name) => [name, valueOf(random, form.of)]) };
}

function pairsValue(random: Random, { separators }: PairsForm): Value {
  const names = random.some(NAMES, random.below(3));
  if (random.chance(50))
    return { kind: 'map', entries: names.map((name) => [name, anyScalar(random)]) };
  const separator = random.pick(separators);
  return {
    kind: 'list',
    items: names.map((name) =>
      quoted(random.chance(80) ? `${name}${separator}${anyText(random)}` : name),
    ),
  };
}

function sectionValue(random: Random, form: SectionForm): Value {
  if (form.short !== undefined && random.chance(40)) return randomShort(random, form.short);
  const keys = Object.keys(form.keys);
  const chosen = new Set([
    ...random.some(keys, random.below(4)),
    ...(random.chance(95) ? form.required : []),
  ]);
  const entries = keys
    .filter((key) => chosen.has(key))
    .map((key) => [key, valueOf(random, form.keys[key]?.form ?? { is: 'any' })] as const);
  return { kind: 'map', entries };
}
