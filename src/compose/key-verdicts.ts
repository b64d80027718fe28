import type { Json } from '../model/project.ts';
import type { KeyVerdict } from '../model/translation.ts';
import type { EngineName } from '../model/engine-name.ts';
import type { Form } from './language/form.ts';

/** Every key of a canonical tree that `engine` does not honour, whatever its value. What says nothing is left out. */
export function keyVerdicts(tree: Json, form: Form, engine: EngineName): readonly KeyVerdict[] {
  return [...verdictsIn(tree, form, { engine, pointer: '' })];
}

interface Here {
  readonly engine: EngineName;
  readonly pointer: string;
}

function* verdictsIn(value: Json, form: Form, here: Here): Generator<KeyVerdict> {
  switch (form.is) {
    case 'section':
      for (const [key, below, inner] of entriesIn(value, here)) {
        const known = Object.hasOwn(form.keys, key) ? form.keys[key] : undefined;
        const verdict = known?.verdict?.[here.engine] ?? 'honoured';
        if (known !== undefined && verdict === 'honoured')
          yield* verdictsIn(below, known.form, inner);
        else if (known !== undefined && !saysNothing(below))
          yield {
            pointer: inner.pointer,
            kind: verdict.startsWith('refused') ? 'refused' : 'unsupported',
            why: verdict.slice(verdict.indexOf(': ') + 2),
          };
      }
      return;
    case 'map':
    case 'list':
      for (const [, below, inner] of entriesIn(value, here))
        yield* verdictsIn(below, form.of, inner);
      return;
    case 'either':
      for (const each of form.forms) yield* verdictsIn(value, each, here);
      return;
    case 'scalar':
    case 'words':
    case 'pairs':
    case 'any':
  }
}

function entriesIn(value: Json, here: Here): readonly (readonly [string, Json, Here])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, below]: [string, Json]) => [
    key,
    below,
    { ...here, pointer: `${here.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` },
  ]);
}

/** `false`, nothing and empty ask for nothing. */
function saysNothing(value: Json): boolean {
  return (
    value === null ||
    value === false ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
