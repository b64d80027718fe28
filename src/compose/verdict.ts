import type { Diagnostic } from '../model/diagnostic.ts';
import type { Form, Key, Verdict } from './language/form.ts';
import type { EngineName } from '../model/engine-name.ts';
import { asList, asMap, spelledOut } from './long-form.ts';
import type { Node } from './node.ts';

/**
 * What `engine` does not honour of what is written, in file order: a warning for what it ignores, with what happens
 * instead, and an error for what it refuses. For a tree that is valid, in short or long forms.
 */
export function verdictsOn(node: Node, form: Form, engine: EngineName): readonly Diagnostic[] {
  switch (form.is) {
    case 'section': {
      const long = spelledOut(node, form);
      if (long.kind !== 'map') return [];
      return long.entries.flatMap(({ key, keyAt, value }) => {
        const known = Object.hasOwn(form.keys, key) ? form.keys[key] : undefined;
        return known === undefined ? [] : verdictOnKey({ key, keyAt, value }, known, engine);
      });
    }
    case 'map': {
      const map = asMap(node, form);
      return map.kind === 'map'
        ? map.entries.flatMap(({ value }) => verdictsOn(value, form.of, engine))
        : [];
    }
    case 'list': {
      const list = asList(node, form.single);
      return list.kind === 'list'
        ? list.items.flatMap((item) => verdictsOn(item, form.of, engine))
        : [];
    }
    case 'scalar':
    case 'words':
    case 'pairs':
    case 'either':
    case 'any':
      return [];
  }
}

function verdictOnKey(
  entry: Parameters<typeof diagnosticOf>[0],
  known: Key,
  engine: EngineName,
): readonly Diagnostic[] {
  const verdict = known.verdict?.[engine] ?? 'honoured';
  if (verdict === 'honoured') return verdictsOn(entry.value, known.form, engine);
  return saysNothing(entry.value) ? [] : [diagnosticOf(entry, verdict, engine)];
}

function diagnosticOf(
  {
    key,
    keyAt,
  }: { readonly key: string; readonly keyAt: Diagnostic['at'] & {}; readonly value: Node },
  verdict: Exclude<Verdict, 'honoured'>,
  engine: EngineName,
): Diagnostic {
  const refuses = verdict.startsWith('refused: ');
  const why = verdict.slice(verdict.indexOf(': ') + 2);
  return {
    code: refuses ? 'compose/refused-key' : 'compose/ignored-key',
    severity: refuses ? 'error' : 'warning',
    message: refuses
      ? `the ${engine} engine cannot do ${key}`
      : `the ${engine} engine ignores ${key}`,
    help: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    at: keyAt,
  };
}

/** `false`, nothing and empty ask for nothing. */
function saysNothing(node: Node): boolean {
  switch (node.kind) {
    case 'scalar':
      return (
        node.value === null || node.value === false || node.value === '' || node.value === 'false'
      );
    case 'list':
      return node.items.length === 0;
    case 'map':
      return node.entries.length === 0;
  }
}
