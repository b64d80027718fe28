import { expect, test } from 'vitest';

import type { Leftover } from '../model/observed.ts';
import type { Plan } from '../model/step.ts';
import { planUp } from './plan-up.ts';
import { observed, options, project, replica, running, service } from './testing/projects.ts';

const web = service('web');

function planned(
  leftovers: readonly Leftover[] | undefined,
  { removeOrphans = false, isUp = true } = {},
): Plan['steps'] {
  const now = isUp ? observed(replica('web', running())) : observed();
  const seen = { ...now, ...(leftovers !== undefined && { leftovers }) };
  return planUp(project(web), seen, { ...options, removeOrphans }).steps;
}

test('what was made for earlier versions goes when everything else is done', () => {
  const steps = planned([], { isUp: false });
  expect(steps.at(-1)).toEqual({
    id: 'prune',
    step: { kind: 'prune', orphans: false },
    after: ['prepare web', 'start web 1'],
  });
});

test('what an earlier command left behind goes although nothing has changed, and is named', () => {
  expect(planned([{ object: 'Secret/web-env-1', ofOrphan: false }])).toEqual([
    {
      id: 'prune',
      step: { kind: 'prune', orphans: false },
      after: [],
      because: 'Secret/web-env-1',
    },
  ]);
});

test('what belongs to a service that the file no longer has stays unless asked for', () => {
  const leftovers = [{ object: 'Service/admin', ofOrphan: true }];
  expect(planned(leftovers)).toEqual([]);
  expect(planned(leftovers, { removeOrphans: true })).toMatchObject([
    { step: { kind: 'prune', orphans: true }, because: 'Service/admin' },
  ]);
});

test('an engine that leaves nothing behind has nothing to take away', () => {
  expect(planned(undefined, { isUp: false }).map(({ id }) => id)).not.toContain('prune');
});
