import type { Span } from '../model/diagnostic.ts';
import { type Check, type Place, reportMisfit, reportNotes, reportRefused } from './check.ts';
import type { Form, Keys, Rule, SectionForm } from './language/form.ts';
import { readFlag } from './language/scalars.ts';
import { comesFrom, readShort } from './long-form.ts';
import type { Entry, MapNode, Node } from './node.ts';
import { nearest } from '../model/nearest.ts';
import { entryOf, textOf, valueAt } from './tree.ts';
import { unknownKey } from './unknown-key.ts';

export function checkSection(node: Node, form: SectionForm, place: Place): void {
  if (node.kind === 'scalar') return checkShort(node, form, place);
  if (node.kind !== 'map') return reportMisfit(node, form, place);
  const strangers: string[] = [];
  let present: ReadonlySet<string> | undefined;
  node.entries.forEach((entry) => {
    if (isKnown(entry.key, form.keys)) {
      checkKey(entry, form.keys, place);
    } else {
      if (!form.extensions || !entry.key.startsWith('x-')) strangers.push(entry.key);
      present ??= new Set(node.entries.map(({ key }) => key));
      reportStranger(entry, form, { ...place, beside: present });
    }
  });
  if (place.check.whole && form.required.length > 0) {
    checkRequired(node, form, { ...place, strangers });
  }
  form.rules.forEach((rule) => {
    checkRule(node, rule, place);
  });
}

function checkShort(node: Node & { kind: 'scalar' }, form: SectionForm, place: Place): void {
  if (node.value === null && form.empty !== 'refused') return;
  if (form.short === undefined || !comesFrom(node, form.short.from)) {
    return reportMisfit(node, form, place);
  }
  const reading = readShort(node, form.short);
  if (reading.kind === 'read') return reportNotes(reading.notes, node, place.check);
  reportRefused(node, form, { ...place, reading });
}

function checkKey({ key, keyAt, value }: Entry, keys: Keys, { check }: Place): void {
  const known = keys[key];
  if (known === undefined) return;
  if (known.obsolete !== undefined) {
    const message = `${key} is an old way to say it`;
    const help = `Please ${known.obsolete}.`;
    check.report({ code: 'compose/obsolete-key', severity: 'warning', message, help, at: keyAt });
  }
  // Most values are scalars as they should be: nothing is to be called by its name.
  if (isFine(value, known.form)) return;
  check.visit(value, known.form, { name: key, at: keyAt, check });
}

function isFine(node: Node, form: Form): boolean {
  if (form.is !== 'scalar' || node.kind !== 'scalar' || !comesFrom(node, form.from)) return false;
  const reading = form.read(node.value ?? '');
  return reading.kind === 'read' && reading.notes === undefined;
}

function reportStranger(
  entry: Entry,
  form: SectionForm,
  { name, check, beside }: Place & { readonly beside: ReadonlySet<string> },
): void {
  const { key, value } = entry;
  if (value.tag === 'reset' || check.isFull()) return;
  const free = form.extensions && key.startsWith('x-');
  const isOurs =
    free && isKnown('x-bowline', form.keys) && nearest(key, ['x-bowline']) !== undefined;
  if (!free || isOurs) check.report(unknownKey(entry, form, { free, name, beside }));
}

interface Required extends Place {
  /** Keys that are unknown: one of them may be the missing one, misspelt. */
  readonly strangers: readonly string[];
}

function checkRequired(
  node: MapNode,
  form: SectionForm,
  { name, at, check, strangers }: Required,
): void {
  for (const key of form.required) {
    if (
      has(node, key) ||
      strangers.some((stranger) => nearest(stranger, Object.keys(form.keys)) === key)
    )
      continue;
    check.report({
      code: 'compose/missing-key',
      severity: 'error',
      message: `${name} has no ${key}`,
      help: `Add ${key}: ${aboutKey(form.keys, key)}`,
      at: placeOf(at, node),
    });
  }
}

function checkRule(node: MapNode, rule: Rule, { name, at, check }: Place): void {
  switch (rule.kind) {
    case 'exclusive':
      return checkExclusive(node, rule.keys, check);
    case 'one-of': {
      if (!check.whole || [...rule.keys, ...rule.unless].some((key) => isSaid(node, key))) return;
      const message = `${name} says nothing about where its content comes from`;
      const help = `Add one of ${rule.keys.join(', ')}, or external: true.`;
      check.report({
        code: 'compose/missing-key',
        severity: 'error',
        message,
        help,
        at: placeOf(at, node),
      });
      return;
    }
    case 'alone':
      return checkAlone(node, rule, check);
    case 'same':
      return checkSame(node, rule, check);
    case 'source':
      return checkSource(node, rule, { name, at, check });
    case 'needed':
      return checkNeeded(node, rule, { name, at, check });
  }
}

function checkExclusive(node: MapNode, keys: readonly string[], check: Check): void {
  let first: Entry | undefined;
  node.entries.forEach((entry) => {
    if (!keys.includes(entry.key) || isEmpty(entry.value)) return;
    if (first === undefined) first = entry;
    else reportExclusive(entry, first, check);
  });
}

function reportExclusive({ key, keyAt }: Entry, first: Entry, check: Check): void {
  check.report({
    code: 'compose/conflicting-keys',
    severity: 'error',
    message: `${key} and ${first.key} exclude each other`,
    help: 'Remove one of them.',
    at: keyAt,
    related: [{ message: 'the other one', at: first.keyAt }],
  });
}

function checkAlone(node: MapNode, { key, beside }: Rule & { kind: 'alone' }, check: Check): void {
  const own = node.entries.find((entry) => entry.key === key);
  if (own === undefined || !isTrue(own.value)) return;
  for (const other of node.entries) {
    if (
      other === own ||
      beside.includes(other.key) ||
      other.key.startsWith('x-') ||
      other.value.tag === 'reset'
    )
      continue;
    check.report({
      code: 'compose/conflicting-keys',
      severity: 'error',
      message: `${other.key} has no place beside ${key}: true`,
      help: `What is ${key} is not made by the project: remove ${other.key}, or ${key}.`,
      at: other.keyAt,
      related: [{ message: `${key} is here`, at: own.keyAt }],
    });
  }
}

function checkSame(node: MapNode, { key, old }: Rule & { kind: 'same' }, check: Check): void {
  const [first, second] = old;
  const now = entryOf(node, key);
  const then = entryOf(valueAt(node, first), second);
  if (now === undefined || then === undefined || textOf(now.value) === textOf(then.value)) return;
  check.report({
    code: 'compose/conflicting-keys',
    severity: 'error',
    message: `${key} and ${first}.${second} disagree`,
    help: `Remove ${first}.${second}, the old way to say it.`,
    at: then.keyAt,
    related: [{ message: `${key} is here`, at: now.keyAt }],
  });
}

function checkSource(
  node: MapNode,
  { type }: Rule & { kind: 'source' },
  { name, at, check }: Place,
): void {
  const source = entryOf(node, 'source');
  if (!check.whole || textOf(valueAt(node, 'type')) !== type) return;
  if (source !== undefined && !isEmpty(source.value)) return;
  check.report({
    code: 'compose/missing-key',
    severity: 'error',
    message: `${name} is of the type ${type} and has no source`,
    help: 'Add source: with a path on this machine.',
    at: source?.keyAt ?? placeOf(at, node),
  });
}

function checkNeeded(
  node: MapNode,
  { key, unless, is }: Rule & { kind: 'needed' },
  { name, at, check }: Place,
): void {
  const other = textOf(valueAt(node, unless));
  const own = valueAt(node, key);
  if (!check.whole || other === undefined || is.includes(other)) return;
  if (own !== undefined && !isEmpty(own)) return;
  check.report({
    code: 'compose/missing-key',
    severity: 'error',
    message: `${name} has ${unless} ${other} and no ${key}`,
    help: `Add ${key}, or use ${unless} ${is.join(' or ')}.`,
    at: placeOf(at, node),
  });
}

/** `external: false` says no more than nothing. */
function isSaid(node: MapNode, key: string): boolean {
  const value = valueAt(node, key);
  return value !== undefined && (key !== 'external' || isTrue(value));
}

function isKnown(key: string, keys: Keys): boolean {
  return Object.hasOwn(keys, key);
}

function has(node: MapNode, key: string): boolean {
  return node.entries.some((entry) => entry.key === key);
}

function isEmpty(node: Node): boolean {
  return (
    node.tag === 'reset' || (node.kind === 'scalar' && (node.value === null || node.value === ''))
  );
}

function isTrue(node: Node): boolean {
  if (node.kind !== 'scalar') return node.kind === 'map';
  const reading = readFlag(node.value ?? '');
  return reading.kind === 'read' && reading.value === true;
}

/** The key that names the section, where there is one: shorter than the section. */
function placeOf(at: Span, node: MapNode): Span {
  return at.file === node.at.file && at.start === node.at.start && at.end === node.at.end
    ? (node.entries[0]?.keyAt ?? at)
    : at;
}

function aboutKey(keys: Keys, key: string): string {
  const about = keys[key]?.about ?? '';
  return about.charAt(0).toLowerCase() + about.slice(1);
}
