import type { Diagnostic, Fix, Span } from '../model/diagnostic.ts';
import { fixOf, inYaml, isWritten, replacing } from './fixes.ts';
import type { Form, Note, Refusal } from './language/form.ts';
import { inWords } from './language/in-words.ts';
import type { Node, ScalarNode } from './node.ts';

/** One run of `validate`. */
export interface Check {
  /** The tree is complete: a key that is missing is missing. */
  readonly whole: boolean;
  readonly report: (diagnostic: Diagnostic) => void;
  /** So much is wrong that more of it helps nobody, and takes its time. */
  readonly isFull: () => boolean;
  readonly visit: (node: Node, form: Form, place: Place) => void;
}

/** Where a node stands. */
export interface Place {
  /** As messages call it: `retries`, `ports[0]`, `services.web`. */
  readonly name: string;
  /** Of the key that names it, else its own. */
  readonly at: Span;
  readonly check: Check;
}

const LONGEST = 60;

/**
 * The value is of a shape that cannot stand here.
 *
 * @param form What is accepted, or its words.
 */
export function reportMisfit(node: Node, form: Form | string, place: Place): void {
  const { name, at, check } = place;
  const empty = node.kind === 'scalar' && node.value === null;
  check.report({
    code: 'compose/wrong-form',
    severity: 'error',
    message: empty
      ? `${titleOf(name)} has no value`
      : `${titleOf(name)} cannot be ${written(node)}`,
    help: helpFor(node, form),
    at: empty && node.at.start === node.at.end ? at : node.at,
    ...fixFor(node, form, place),
  });
}

/** The value has the right shape and no meaning. */
export function reportRefused(
  node: Node,
  form: Form,
  place: Place & { readonly reading: Refusal; readonly fix?: Fix },
): void {
  const { why, help, write } = place.reading;
  place.check.report({
    code: 'compose/wrong-value',
    severity: 'error',
    message: `${titleOf(place.name)} cannot be ${written(node)}${why === undefined ? '' : `: ${why}`}`,
    help: help ?? `Accepted: ${inWords(form)}.`,
    at: node.at,
    ...(write !== undefined && replacing(node, write)),
    ...(place.fix !== undefined && { fix: place.fix }),
  });
}

export function reportNotes(notes: readonly Note[] | undefined, node: Node, check: Check): void {
  notes?.forEach(({ code, message, help, write }) => {
    check.report({
      code,
      severity: 'warning',
      message,
      help,
      at: node.at,
      ...(write !== undefined && replacing(node, write)),
    });
  });
}

const titleOf = (name: string): string => (name === '' ? 'the file' : name);

/** What the author wrote, for a message. A value that a variable gave is shown with the variable. */
function written(node: Node): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  const { value, source } = node;
  if (value === null) return 'empty';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  const from =
    source !== undefined && source !== value && source.includes('$')
      ? ` (from ${shortened(source)})`
      : '';
  return `${JSON.stringify(shortened(value))}${from}`;
}

function helpFor(node: Node, form: Form | string): string {
  const accepted = `Accepted: ${typeof form === 'string' ? form : inWords(form)}.`;
  if (typeof form === 'string' || node.kind !== 'scalar' || node.value === null) return accepted;
  const text = JSON.stringify(shortened(String(node.value)));
  if (form.is === 'scalar' && typeof node.value !== 'string' && form.from.includes('text')) {
    const reading = form.read(String(node.value));
    return reading.kind === 'read' ? `Write ${text}, with quotes.` : (reading.help ?? accepted);
  }
  return wantsList(node, form) ? `Write it as a list: [${text}]. ${accepted}` : accepted;
}

/** What is written, in quotes, in a list, or with its unit: whichever makes it right. */
function fixFor(
  node: Node,
  form: Form | string,
  { name, at, check }: Place,
): Pick<Diagnostic, 'fix'> {
  if (typeof form === 'string' || !isWritten(node) || node.value === null) return {};
  const text = node.source ?? String(node.value);
  for (const { value, yaml } of candidatesFor(node, text, form)) {
    const wrong: Diagnostic[] = [];
    const report = (each: Diagnostic): void => {
      if (each.severity === 'error') wrong.push(each);
    };
    check.visit(value, form, { name, at, check: { ...check, report } });
    const inner = wrong.length === 1 ? wrong[0]?.fix?.edits[0]?.text : undefined;
    const mended = inner === undefined || value.kind === 'scalar' ? inner : `[${inner}]`;
    const right = wrong.length === 0 ? yaml : mended;
    if (right !== undefined) return fixOf(`write ${right}`, [{ at: node.at, text: right }]);
  }
  if (form.is !== 'scalar' || typeof node.value === 'string') return {};
  const reading = form.read(text);
  return reading.kind === 'refused' && reading.write !== undefined
    ? replacing(node, reading.write)
    : {};
}

interface Candidate {
  readonly value: Node;
  readonly yaml: string;
}

function candidatesFor(node: ScalarNode, text: string, form: Form): readonly Candidate[] {
  if (text.trim() === '' || text.includes('\n')) return [];
  const quoted: ScalarNode = { kind: 'scalar', value: text, quoted: true, at: node.at };
  const inQuotes = { value: quoted, yaml: JSON.stringify(text) };
  const words = form.is === 'map' ? text.split(/[\s,]+/).filter((word) => word !== '') : [text];
  const items = words.map((word): Node => ({ ...quoted, value: word }));
  const inList: Candidate = {
    value: { kind: 'list', items, at: node.at },
    yaml: `[${words.map(inYaml).join(', ')}]`,
  };
  return typeof node.value === 'string' ? [inList] : [inQuotes, inList];
}

/** One text where a list of such texts belongs. */
function wantsList(node: Node & { kind: 'scalar' }, form: Form): boolean {
  if (typeof node.value !== 'string' || node.value === '' || node.value.includes('\n'))
    return false;
  return form.is === 'list' || (form.is === 'map' && form.fromList !== undefined);
}

const shortened = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
