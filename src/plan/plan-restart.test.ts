import { expect, test } from 'vitest';

import { planRestart } from './plan-restart.ts';
import {
  dependsOn,
  exited,
  named,
  observed,
  project,
  replica,
  running,
  service,
} from './testing/projects.ts';

const db = service('db');
const job = service('job');
const web = service('web', { dependsOn: [dependsOn('db'), dependsOn('job')] });
const now = observed(
  replica('web', running(), 1),
  replica('web', running(), 2),
  replica('db', running('healthy')),
  replica('job', exited(0)),
);

test('each service is made anew once, when what it depends on is ready again', () => {
  const { steps } = planRestart(project(web, db, job), now, []);
  expect(steps.map(({ id, after }) => `${id} <- ${after.join(', ')}`)).toEqual([
    'start db 1 <- ',
    'await db ready <- start db 1',
    'start web 1 <- await db ready',
    'await web ready <- start web 1',
  ]);
  expect(steps[0]?.step).toMatchObject({ renew: true, asItWas: true, fingerprint: 'f-db' });
});

test('only what was named is made anew', () => {
  const { steps } = planRestart(project(web, db, job), now, [named('web')]);
  expect(steps.map(({ id }) => id)).toEqual(['start web 1', 'await web ready']);
});
