import type { Diagnostic } from '../model/diagnostic.ts';
import { renaming } from './fixes.ts';
import type { Form, SectionForm } from './language/form.ts';
import type { Entry } from './node.ts';
import { nearest, onlyNearest } from '../model/nearest.ts';

const MOST_LISTED = 16;

interface Where {
  /** An `x-…` key that may be there, but is very near to ours. */
  readonly free: boolean;
  readonly name: string;
  /** Keys that stand in the same section: none is written a second time. */
  readonly beside: ReadonlySet<string>;
}

/** A key that the specification does not know: misspelt, or in the wrong place. */
export function unknownKey(
  { key, keyAt }: Entry,
  form: SectionForm,
  { free, name, beside }: Where,
): Diagnostic {
  const where = name === '' ? 'at the top level' : `in ${name}`;
  return {
    code: 'compose/unknown-key',
    severity: free ? 'warning' : 'error',
    message: `there is no key ${key} ${where}`,
    help: helpFor(key, form, free),
    at: keyAt,
    ...fixFor({ key, keyAt }, { form, free, beside }),
  };
}

function helpFor(key: string, form: SectionForm, free: boolean): string {
  const names = Object.keys(form.keys);
  const near = nearest(key, free ? ['x-bowline'] : names);
  if (near !== undefined && sameLetters(near, key)) return `Did you mean ${near}?`;
  const parent = names.find((name) => hasKey(form.keys[name]?.form, key));
  if (parent !== undefined)
    return parent === 'services'
      ? `${key} belongs to a service: put it under services.`
      : `${key} belongs under ${parent}.`;
  if (near !== undefined) return `Did you mean ${near}?`;
  const extension = form.extensions ? ` Keys of your own begin with x-.` : '';
  return names.length > MOST_LISTED ? `Remove it.${extension}` : `Known here: ${names.join(', ')}.`;
}

interface Known extends Pick<Where, 'free' | 'beside'> {
  readonly form: SectionForm;
}

/** Only where nothing else can have been meant. */
function fixFor(
  { key, keyAt }: Pick<Entry, 'key' | 'keyAt'>,
  { form, free, beside }: Known,
): Pick<Diagnostic, 'fix'> {
  const near = onlyNearest(key, free ? ['x-bowline'] : Object.keys(form.keys));
  return near === undefined ||
    beside.has(near) ||
    helpFor(key, form, free) !== `Did you mean ${near}?`
    ? {}
    : renaming(keyAt, near);
}

/** Does a section right below know the key? */
function hasKey(form: Form | undefined, key: string): boolean {
  if (form?.is === 'section') return Object.hasOwn(form.keys, key);
  return form?.is === 'map' && form.noun === 'service' && hasKey(form.of, key);
}

function sameLetters(one: string, other: string): boolean {
  return (
    one.replaceAll(/[^a-z0-9]/gi, '').toLowerCase() ===
      other.replaceAll(/[^a-z0-9]/gi, '').toLowerCase() || Math.abs(one.length - other.length) <= 2
  );
}
