import type { Span } from '../model/diagnostic.ts';
import type { Form, Key, Verdict } from './language/form.ts';
import type { EngineName } from '../model/engine-name.ts';
import { asList, asMap, spelledOut } from './long-form.ts';
import type { Node } from './node.ts';
import { shapeOf } from './shape-of.ts';

/** A key of the language that a project uses, and what an engine makes of it. */
export interface UsedKey {
  /** As in `services.*.ports.published`; names that the author chose are `*`. */
  readonly key: string;
  readonly verdict: 'honoured' | 'ignored' | 'refused';
  /** Why it is not honoured. */
  readonly why?: string;
  /** Every place where it is written; in a short form, the whole of it. */
  readonly places: readonly Span[];
}

/** Every key that is used, in the order of its first use. What stands below a key that is not honoured is not listed. */
export function usedKeys(node: Node, form: Form, engine: EngineName): readonly UsedKey[] {
  const found = new Map<string, UsedKey & { readonly places: Span[] }>();
  walk(node, form, {
    path: '',
    visit: (path, key, at) => {
      const { verdict, why } = spell(key.verdict?.[engine] ?? 'honoured');
      const known = found.get(path);
      if (known === undefined)
        found.set(path, { key: path, verdict, ...(why !== undefined && { why }), places: [at] });
      else if (known.places.at(-1)?.start !== at.start) known.places.push(at);
      return verdict === 'honoured';
    },
  });
  return [...found.values()];
}

interface Walk {
  readonly path: string;
  /** Gives whether to go on below. */
  readonly visit: (path: string, key: Key, at: Span) => boolean;
}

function walk(node: Node, form: Form, here: Walk): void {
  switch (form.is) {
    case 'section': {
      const long = spelledOut(node, form);
      const entries = long.kind === 'map' ? long.entries : [];
      for (const { key, keyAt, value } of entries) {
        const known = Object.hasOwn(form.keys, key) ? form.keys[key] : undefined;
        const path = here.path === '' ? key : `${here.path}.${key}`;
        if (known !== undefined && here.visit(path, known, keyAt))
          walk(value, known.form, { ...here, path });
      }
      return;
    }
    case 'map': {
      const map = asMap(node, form);
      const entries = map.kind === 'map' ? map.entries : [];
      for (const { value } of entries)
        walk(value, form.of, { ...here, path: here.path === '' ? '*' : `${here.path}.*` });
      return;
    }
    case 'list': {
      const list = asList(node, form.single);
      for (const item of list.kind === 'list' ? list.items : []) walk(item, form.of, here);
      return;
    }
    case 'either': {
      const meant = shapeOf(node, form.forms);
      if (meant !== undefined) walk(node, meant, here);
      return;
    }
    case 'scalar':
    case 'words':
    case 'pairs':
    case 'any':
  }
}

function spell(verdict: Verdict): Pick<UsedKey, 'verdict' | 'why'> {
  if (verdict === 'honoured') return { verdict };
  const colon = verdict.indexOf(': ');
  const kind = verdict.startsWith('refused') ? 'refused' : 'ignored';
  return { verdict: kind, why: verdict.slice(colon + 2) };
}
