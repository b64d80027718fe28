import stringWidth from 'fast-string-width';
import { expect, test } from 'vitest';

import { parseServiceName } from '../model/project.ts';
import type { Plan, PlannedStep, Step } from '../model/step.ts';
import { stepIdOf } from '../model/step.ts';
import { renderPlan, renderPlanShort } from './render-plan.ts';

const heading = { project: 'shop', engine: 'native', unchanged: 2 };
const plain = { color: false };

function name(text: string) {
  const service = parseServiceName(text);
  if (service === undefined) throw new Error(text);
  return service;
}

const planned = (
  step: Step,
  why: Omit<PlannedStep, 'id' | 'step' | 'after'> = {},
): PlannedStep => ({
  id: stepIdOf(step),
  step,
  after: [],
  ...why,
});
const start = (service: string, number: number, why: Parameters<typeof planned>[1]): PlannedStep =>
  planned({ kind: 'start', service: name(service), number, fingerprint: 'f' }, why);
const stop = (service: string, number: number): PlannedStep =>
  planned({ kind: 'stop', service: name(service), number });

const long = 'x'.repeat(80);
const changes = [
  { at: 'image', before: 'web:1', after: 'web:2' },
  { at: 'environment.DEBUG', after: '1' },
  { at: 'environment.OLD', before: '1' },
  { at: 'environment.PASSWORD', before: '‹secret›', after: '‹secret›' },
  { at: 'command', before: `sh -c ${long}`, after: `node ${long}` },
];
const plan: Plan = {
  steps: [
    planned({ kind: 'create-volume', volume: 'shop_data' }),
    planned({ kind: 'prepare', service: name('db'), force: false }),
    start('db', 1, { because: 'new' }),
    stop('web', 1),
    start('web', 1, { because: 'changed', changes }),
    stop('web', 2),
    start('web', 2, { because: 'changed', changes }),
    start('worker', 1, { because: 'not running' }),
    stop('old', 1),
    planned(
      { kind: 'remove', service: name('old'), number: 1 },
      { because: 'no longer in the file' },
    ),
    planned({ kind: 'await', service: name('api'), condition: 'ready', required: true }),
  ],
};

test('a plan on a wide terminal or a pipe: one line for each thing, and one for each value', () => {
  expect(renderPlan(plan, heading, plain)).toBe(
    `shop on native: 1 to create, 2 to start, 1 to replace, 1 to remove, 1 to wait for, 2 as they are

  + volume shop_data  create
  + db                start
  ~ web               replace, 2 copies
      image: web:1 → web:2
      environment.DEBUG: 1, new
      environment.OLD: removed
      environment.PASSWORD: ‹secret›, changed
      command: sh -c ${long} → node ${long}
  ~ worker            start, not running
  - old               remove, no longer in the file
  … api               wait until it is ready
`,
  );
});

test('on 80 columns no line is longer, and the new value stands below the old one', () => {
  const lines = renderPlan(plan, { ...heading, unchanged: 0 }, { ...plain, width: 80 }).split('\n');
  expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
  expect(lines).toContain(`        → node ${'x'.repeat(64)}…`);
});

test('nothing to do is one line', () => {
  expect(renderPlan({ steps: [] }, heading, plain)).toBe('shop on native: nothing to do\n');
});

test('in short: what is new in one line, what changes in one line each', () => {
  expect(renderPlanShort(plan, plain)).toEqual([
    '+ starts db',
    '~ web  image: web:1 → web:2, environment.DEBUG: 1, new and 3 more',
    '~ worker  start, not running',
    '- old  remove, no longer in the file',
  ]);
});

test('a value cannot steer the terminal', () => {
  const hostile = [{ at: 'image', before: 'a', after: '\u001B[2Jb' }];
  const text = renderPlan(
    { steps: [start('web', 1, { because: 'changed', changes: hostile })] },
    heading,
    plain,
  );
  expect(text).toContain('image: a → ␛[2Jb');
});
