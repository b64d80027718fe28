import type { Diagnostic } from '../model/diagnostic.ts';
import { type Place, reportMisfit } from './check.ts';
import { fixOf, inYaml, isWritten, removing } from './fixes.ts';
import type { ListForm, MapForm, PairsForm } from './language/form.ts';
import { asList, asMap, pairsOf, textOfScalar } from './long-form.ts';
import type { Entry, ListNode, Node } from './node.ts';

const NAME = /^[a-zA-Z0-9._-]+$/;

export function checkList(node: Node, form: ListForm, place: Place): void {
  const list = asList(node, form.single);
  if (list.kind !== 'list') return reportMisfit(node, form, place);
  const { name, check } = place;
  list.items.forEach((item, i) => {
    check.visit(item, form.of, {
      name: list === node ? `${name}[${i}]` : name,
      at: item.at,
      check,
    });
  });
  if (form.distinct || form.identity !== undefined) checkTwice(list, form, place);
}

/** Of two items that are the same thing Compose takes the later one and says nothing; where it cannot, it is an error. */
function checkTwice({ items }: ListNode, form: ListForm, { name, check }: Place): void {
  if (items.length < 2) return;
  const known = new Map<string, Node>();
  for (const item of items) {
    const identity =
      form.identity?.(item) ?? (item.kind === 'scalar' ? String(item.value) : undefined);
    if (identity === undefined || item.tag === 'reset') continue;
    const before = known.get(identity);
    known.set(identity, item);
    if (before === undefined) continue;
    const error = form.identity === undefined;
    check.report({
      code: 'compose/duplicate-item',
      severity: error ? 'error' : 'warning',
      message: `${name} has ${JSON.stringify(identity)} twice${error ? '' : ', and only the last one counts'}`,
      help: 'Remove one of them.',
      at: item.at,
      related: [{ message: 'the other one', at: before.at }],
      // The first of two that say different things is the one that never counted.
      ...removing((error ? item : before).at, JSON.stringify(identity)),
    });
  }
}

export function checkMap(node: Node, form: MapForm, place: Place): void {
  if (node.kind === 'list' && form.fromList !== undefined) return checkNames(node, form, place);
  if (node.kind !== 'map') return reportMisfit(node, form, place);
  const { name, check } = place;
  for (const { key, keyAt, value } of node.entries) {
    if (form.names === 'name' && !NAME.test(key)) {
      check.report({
        code: 'compose/wrong-name',
        severity: 'error',
        message: `${JSON.stringify(key)} cannot be the name of a ${form.noun}`,
        help: 'Use letters, digits, ".", "_" and "-".',
        at: keyAt,
      });
    } else {
      check.visit(value, form.of, { name: name === '' ? key : `${name}.${key}`, at: keyAt, check });
    }
  }
}

function checkNames(node: ListNode, form: MapForm, { name, check }: Place): void {
  const map = asMap(node, form);
  for (const [i, item] of node.items.entries()) {
    if (item.tag === 'reset') continue;
    const place = { name: `${name}[${i}]`, at: item.at, check };
    if (item.kind !== 'scalar' || typeof item.value !== 'string')
      reportMisfit(item, 'a name', place);
  }
  if (map.kind === 'map') {
    checkTwice(
      node,
      { is: 'list', of: form, merge: 'append', single: false, distinct: true },
      { name, at: node.at, check },
    );
  }
}

export function checkPairs(node: Node, form: PairsForm, place: Place): void {
  if (node.kind === 'list') return checkLines(node, form, place);
  if (node.kind !== 'map') return reportMisfit(node, form, place);
  const { check, name } = place;
  node.entries.forEach(({ key, keyAt, value }) => {
    if (value.tag !== 'reset' && !isPairValue(value, form))
      reportPair(value, form, { name: `${name}.${key}`, at: keyAt, check });
  });
}

function isPairValue(value: Node, { many, missing }: PairsForm): boolean {
  if (value.kind === 'scalar') return value.value !== null || missing !== 'refused';
  return many && value.kind === 'list' && value.items.every((item) => item.kind === 'scalar');
}

function reportPair(value: Node, form: PairsForm, place: Place): void {
  reportMisfit(
    value,
    form.many ? 'one value, or a list of them' : 'one value: text, a number, true or false',
    place,
  );
}

function checkLines(node: ListNode, form: PairsForm, place: Place): void {
  const { name, check } = place;
  for (const [i, item] of node.items.entries()) {
    if (item.tag === 'reset') continue;
    if (item.kind !== 'scalar' || typeof item.value !== 'string')
      reportLine(item, form, { name: `${name}[${i}]`, at: item.at, check });
  }
  for (const { entry } of pairsOf(node, form) ?? []) checkPair(entry, form, place);
  if (!form.many)
    checkTwice(
      node,
      {
        is: 'list',
        of: form,
        merge: 'append',
        single: false,
        distinct: false,
        identity: keyOf(form),
      },
      place,
    );
}

function checkPair({ key, keyAt, value }: Entry, form: PairsForm, { name, check }: Place): void {
  const isMissing = value.kind === 'scalar' && value.value === null && form.missing === 'refused';
  const isPadded = form.missing === 'null' && /\s$/.test(key);
  if (!isMissing && !isPadded && key !== '') return;
  check.report({
    code: 'compose/wrong-value',
    severity: 'error',
    message: `${name} has ${whatIsOdd(key, isMissing)}`,
    help: `Write ${key.trimEnd() || 'NAME'}${form.separators[0]}value.`,
    at: keyAt,
  });
}

function whatIsOdd(key: string, isMissing: boolean): string {
  if (key === '') return 'a value without a name';
  const shown = JSON.stringify(key);
  return isMissing ? `no value for ${shown}` : `a space before the = after ${shown}`;
}

function keyOf(form: PairsForm): (item: Node) => string | undefined {
  return (item) =>
    item.kind === 'scalar' ? textOfScalar(item).split(form.separators[0] ?? '=', 1)[0] : undefined;
}

/** `- A: b` in a list of `A=b`. */
function reportLine(item: Node, form: PairsForm, place: Place): void {
  const [entry, ...rest] = item.kind === 'map' ? item.entries : [];
  if (entry === undefined || rest.length > 0)
    return reportMisfit(item, `name${form.separators[0]}value`, place);
  place.check.report({
    code: 'compose/wrong-form',
    severity: 'error',
    message: `${place.name} cannot be a mapping`,
    help: `Write ${entry.key}=…, or remove the dashes to make the whole thing a mapping.`,
    at: item.at,
    ...pairAsText(entry, form),
  });
}

function pairAsText({ key, keyAt, value }: Entry, form: PairsForm): Pick<Diagnostic, 'fix'> {
  if (!isWritten(value) || value.value === null || value.at.start < keyAt.end) return {};
  const text = inYaml(`${key}${form.separators[0] ?? '='}${value.source ?? String(value.value)}`);
  return fixOf(`write ${text}`, [{ at: { ...keyAt, end: value.at.end }, text }]);
}
