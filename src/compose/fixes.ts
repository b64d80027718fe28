import type { Edit, Fix, Span } from '../model/diagnostic.ts';
import type { Node, ScalarNode } from './node.ts';
import { resolveScalar } from './resolve-scalar.ts';

/** Text that needs no quotes anywhere, in a flow list neither. */
const PLAIN = /^[A-Za-z0-9_./-][A-Za-z0-9_./=-]*$/;

/** `value` as YAML reads it as text wherever it stands. */
export function inYaml(value: string): string {
  const plain = PLAIN.test(value) && !value.startsWith('-') && resolveScalar(value) === value;
  return plain ? value : JSON.stringify(value);
}

/** A key or a name written otherwise. */
export function renaming(at: Span, name: string): { readonly fix?: Fix } {
  return fixOf(`write ${name}`, [{ at, text: inYaml(name) }]);
}

/**
 * Another value in the place of a scalar. None where a variable gave the value, which is then wrong elsewhere, and none
 * where the value is not written at all.
 */
export function replacing(node: Node, text: string): { readonly fix?: Fix } {
  return isWritten(node) ? fixOf(`write ${text}`, [{ at: node.at, text }]) : {};
}

/** What stands at a place, removed with its line, its dash or its comma. */
export function removing(at: Span, what: string): { readonly fix?: Fix } {
  return fixOf(`remove ${what}`, [{ at, text: '' }]);
}

export function isWritten(node: Node): node is ScalarNode {
  if (node.kind !== 'scalar' || node.at.end <= node.at.start) return false;
  const { source } = node;
  return typeof node.value !== 'string' || source === undefined || !source.includes('$');
}

export function fixOf(title: string, edits: readonly Edit[]): { readonly fix?: Fix } {
  return { fix: { title, edits } };
}
