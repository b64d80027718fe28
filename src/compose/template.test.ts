import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { fillTemplate, parseTemplate, type TemplateProblem } from './template.ts';

const values: Readonly<Record<string, string>> = { A: 'a', EMPTY: '', B: 'b' };

function fill(text: string): {
  readonly text: string;
  readonly problems: readonly TemplateProblem[];
} {
  const problems: TemplateProblem[] = [];
  const filling = {
    lookUp: (name: string) => values[name],
    report: (problem: TemplateProblem) => problems.push(problem),
  };
  return { text: fillTemplate(parseTemplate(text), filling), problems };
}

test.each<[string, string]>([
  ['$A', 'a'],
  ['${A}', 'a'],
  ['x-${A}-y', 'x-a-y'],
  ['$A$B', 'ab'],
  ['$$A', '$A'],
  ['$$$A', '$a'],
  ['$${A}', '${A}'],
  ['a $ b', 'a $ b'],
  ['^R$', '^R$'],
  ['$}', '$}'],
  ['$1', '$1'],
  ['${NO-d}', 'd'],
  ['${EMPTY-d}', ''],
  ['${EMPTY:-d}', 'd'],
  ['${A:-d}', 'a'],
  ['${NO:-}', ''],
  ['${NO:-$A}', 'a'],
  ['${NO:-${NO2:-${B}}}/x', 'b/x'],
  ['${NO:-{"k":{}}}', '{"k":{}}'],
  ['${NO:-a:-b}', 'a:-b'],
  ['${NO:-a}}', 'a}'],
  ['${A+r}', 'r'],
  ['${EMPTY+r}', 'r'],
  ['${EMPTY:+r}', ''],
  ['${NO+r}', ''],
  ['${A:?no}', 'a'],
  ['${EMPTY?no}', ''],
  ['${NO:-one\ntwo}', 'one\ntwo'],
])('%s becomes %s', (text, expected) => {
  expect(fill(text)).toEqual({ text: expected, problems: [] });
});

test.each<[string, TemplateProblem]>([
  ['x ${NO}', { kind: 'unset', name: 'NO', start: 2, end: 7 }],
  ['$NO', { kind: 'unset', name: 'NO', start: 0, end: 3 }],
  ['${NO:-${NO2}}', { kind: 'unset', name: 'NO2', start: 6, end: 12 }],
  ['${EMPTY:?set $A}', { kind: 'required', name: 'EMPTY', reason: 'set a', start: 0, end: 16 }],
  ['${NO?}', { kind: 'required', name: 'NO', reason: '', start: 0, end: 6 }],
  ['${}', { kind: 'wrong', start: 0, end: 3 }],
  ['${ A}', { kind: 'wrong', start: 0, end: 5 }],
  ['a ${A!} b', { kind: 'wrong', start: 2, end: 7 }],
  ['a ${A', { kind: 'wrong', start: 2, end: 5 }],
])('%s is reported at its place', (text, problem) => {
  expect(fill(text).problems).toEqual([problem]);
});

test('a default that is not needed is not looked at', () => {
  expect(fill('${A:-${NO:?never}}')).toEqual({ text: 'a', problems: [] });
});

test('defaults within defaults without end are refused, not followed', () => {
  const { problems } = fill(`${'${NO:-'.repeat(100_000)}${'}'.repeat(100_000)}`);
  expect(problems.map(({ kind }) => kind)).toEqual(['wrong']);
});

test('text with every $ doubled comes out as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fill(text.replaceAll('$', '$$$$'))).toEqual({ text, problems: [] });
    }),
  );
});
