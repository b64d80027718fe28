import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Form, Note, Refusal } from './language/form.ts';
import { inWords } from './language/in-words.ts';
import type { Node } from './node.ts';

/** One run of `validate`. */
export interface Check {
  /** The tree is complete: a key that is missing is missing. */
  readonly whole: boolean;
  readonly report: (diagnostic: Diagnostic) => void;
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
export function reportMisfit(node: Node, form: Form | string, { name, at, check }: Place): void {
  const empty = node.kind === 'scalar' && node.value === null;
  check.report({
    code: 'compose/wrong-form',
    severity: 'error',
    message: empty
      ? `${titleOf(name)} has no value`
      : `${titleOf(name)} cannot be ${written(node)}`,
    help: helpFor(node, form),
    at: empty && node.at.start === node.at.end ? at : node.at,
    ...fixFor(node, form),
  });
}

/** The value has the right shape and no meaning. */
export function reportRefused(
  node: Node,
  form: Form,
  place: Place & { readonly reading: Refusal },
): void {
  const { why, help, write } = place.reading;
  place.check.report({
    code: 'compose/wrong-value',
    severity: 'error',
    message: `${titleOf(place.name)} cannot be ${written(node)}${why === undefined ? '' : `: ${why}`}`,
    help: help ?? `Accepted: ${inWords(form)}.`,
    at: node.at,
    ...(write !== undefined && fixed(node, write)),
  });
}

export function reportNotes(notes: readonly Note[] | undefined, at: Span, check: Check): void {
  for (const { code, message, help } of notes ?? [])
    check.report({ code, severity: 'warning', message, help, at });
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

/** Another text in the place of a value that stands in the file as it is. */
function fixed(node: Node, text: string): Pick<Diagnostic, 'fix'> {
  if (node.kind !== 'scalar' || node.source !== undefined) return {};
  return { fix: { title: `write ${text}`, edits: [{ at: node.at, text }] } };
}

function fixFor(node: Node, form: Form | string): Pick<Diagnostic, 'fix'> {
  if (typeof form === 'string' || node.kind !== 'scalar' || node.value === null) return {};
  if (form.is === 'scalar' && typeof node.value !== 'string' && form.from.includes('text')) {
    const text = String(node.value);
    const reading = form.read(text);
    if (reading.kind === 'read') return fixed(node, JSON.stringify(text));
    return reading.write === undefined ? {} : fixed(node, reading.write);
  }
  return wantsList(node, form) ? fixed(node, `[${JSON.stringify(node.value)}]`) : {};
}

/** One text where a list of such texts belongs. */
function wantsList(node: Node & { kind: 'scalar' }, form: Form): boolean {
  if (typeof node.value !== 'string' || node.value === '' || node.value.includes('\n'))
    return false;
  return form.is === 'list' || (form.is === 'map' && form.fromList !== undefined);
}

const shortened = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
