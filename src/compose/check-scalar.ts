import type { Diagnostic } from '../model/diagnostic.ts';
import { type Place, reportMisfit, reportNotes, reportRefused } from './check.ts';
import { fixOf, inYaml, isWritten } from './fixes.ts';
import { mistaken, refused, type ScalarForm, type WordsForm } from './language/form.ts';
import { text } from './language/scalars.ts';
import { PROBE_KINDS, readCommand } from './language/read-words.ts';
import { nearest } from '../model/nearest.ts';
import { comesFrom } from './long-form.ts';
import type { ListNode, Node } from './node.ts';

export function checkScalar(node: Node, form: ScalarForm, place: Place): void {
  if (node.kind !== 'scalar' || !comesFrom(node, form.from)) {
    return reportMisfit(node, form, place);
  }
  const reading = form.read(node.value ?? '');
  if (reading.kind === 'read') return reportNotes(reading.notes, node, place.check);
  const near = meantBy(String(node.value), form.options ?? []);
  const help = `Did you mean ${near}? Accepted: ${form.words}.`;
  reportRefused(node, form, {
    ...place,
    reading: near === undefined ? reading : { ...reading, help, write: inYaml(near) },
  });
}

/** A word that is near, or the only one of which a part was written: `healthy` is `service_healthy`. */
function meantBy(written: string, options: readonly string[]): string | undefined {
  const near = nearest(written, options);
  if (near !== undefined || written.length < 4) return near;
  const whole = options.filter((option) => `_${option}_`.includes(`_${written.toLowerCase()}_`));
  return whole.length === 1 ? whole[0] : undefined;
}

export function checkWords(node: Node, form: WordsForm, place: Place): void {
  if (node.kind === 'list') {
    if (node.items.every((item, i) => isText(item, place, i)) && form.probe)
      checkProbe(node, form, place);
    return;
  }
  if (node.kind === 'map') return reportMisfit(node, form, place);
  if (node.value === null) return form.empty ? undefined : reportMisfit(node, form, place);
  if (typeof node.value !== 'string') return reportMisfit(node, form, place);
  if (form.probe) return;
  const reading = readCommand(node.value);
  if (reading.kind === 'read') return reportNotes(reading.notes, node, place.check);
  reportRefused(node, form, { ...place, reading });
}

function isText(item: Node, { name, check }: Place, i: number): boolean {
  if (item.tag === 'reset' || (item.kind === 'scalar' && typeof item.value === 'string'))
    return true;
  reportMisfit(item, text, { name: `${name}[${i}]`, at: item.at, check });
  return false;
}

/** In a list between brackets; below a dash it would take a line of its own. */
function beginningWithCmd({ at }: ListNode, first: Node): Pick<Diagnostic, 'fix'> {
  if (first.at.start !== at.start + 1 || !isWritten(first)) return {};
  return fixOf('write CMD', [{ at: { ...first.at, end: first.at.start }, text: 'CMD, ' }]);
}

function checkProbe(list: ListNode, form: WordsForm, place: Place): void {
  const [first, second] = list.items;
  if (first?.kind !== 'scalar') return;
  const kind = String(first.value);
  if (!PROBE_KINDS.includes(kind)) {
    const near = nearest(kind, PROBE_KINDS);
    const why = 'a list begins with CMD, CMD-SHELL or NONE';
    const help =
      'Begin the list with CMD for a program and its arguments, or with CMD-SHELL for one line of shell.';
    if (near !== undefined) {
      const reading = mistaken(why, near, `Did you mean ${near}?`);
      return reportRefused(first, form, { ...place, reading });
    }
    const fix = beginningWithCmd(list, first);
    return reportRefused(first, form, { ...place, reading: refused(why, help), ...fix });
  }
  if (kind !== 'NONE' && second === undefined) {
    reportRefused(first, form, {
      ...place,
      reading: refused('no command follows', 'Write the command after it.'),
    });
  }
}
