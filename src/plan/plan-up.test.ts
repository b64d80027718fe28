import { describe, expect, test } from 'vitest';

import type { Plan } from '../model/step.ts';
import { planDown, planStop } from './plan-stop.ts';
import { planUp } from './plan-up.ts';
import {
  at,
  dependsOn,
  exited,
  named,
  nothing,
  observed,
  options,
  project,
  replica,
  running,
  service,
} from './testing/projects.ts';

const ids = ({ steps }: Plan): readonly string[] => steps.map(({ id }) => id);

const db = service('db', {
  mounts: [{ kind: 'volume', source: 'data', target: '/data', readOnly: false, at }],
});
const web = service('web', { dependsOn: [dependsOn('db')] });

test('from nothing: volume, database, its health, then the application', () => {
  expect(ids(planUp(project(web, db), nothing, options))).toEqual([
    'create-volume shop_data',
    'prepare db',
    'start db 1',
    'prepare web',
    'await db service_healthy',
    'start web 1',
  ]);
});

test('what runs as wanted needs nothing', () => {
  const now = observed(replica('db', running('healthy')), replica('web', running()));
  expect(ids(planUp(project(web, db), now, { ...options, wait: true }))).toEqual([]);
});

test('a changed service is stopped only when its dependencies are there and its files are ready', () => {
  const changed = { ...web, fingerprint: 'other' };
  const now = observed(replica('db', running('starting')), replica('web', running()));
  const { steps } = planUp(project(changed, db), now, options);
  expect(steps.find(({ id }) => id === 'stop web 1')?.after).toEqual([
    'prepare web',
    'await db service_healthy',
  ]);
  expect(ids({ steps })).not.toContain('stop db 1');
});

test('nothing that runs is stopped before the images of all that changes are there', () => {
  const [cache, page] = [service('cache'), service('page')];
  const changed = [cache, page].map((each) => ({ ...each, fingerprint: 'other' }));
  const now = observed(replica('cache', running()), replica('page', running()));
  const { steps } = planUp(project(...changed), now, options);
  for (const name of ['cache', 'page'])
    expect(new Set(steps.find(({ id }) => id === `stop ${name} 1`)?.after)).toEqual(
      new Set(['prepare cache', 'prepare page']),
    );
});

test('files that were made anew start the service anew', () => {
  const now = {
    ...observed(replica('web', running())),
    artifacts: new Map([[named('web'), { digest: 'new', ready: true }]]),
  };
  expect(ids(planUp(project(service('web')), now, options))).toEqual([
    'prepare web',
    'stop web 1',
    'start web 1',
  ]);
});

describe('one-shots that others wait for', () => {
  const migrate = service('migrate');
  const app = service('app', {
    dependsOn: [dependsOn('migrate', 'service_completed_successfully')],
  });

  test('that have succeeded are not run again', () => {
    const now = observed(replica('migrate', exited(0)), replica('app', running()));
    expect(ids(planUp(project(migrate, app), now, options))).toEqual([]);
  });

  test('that have failed are run again', () => {
    const now = observed(replica('migrate', exited(1)));
    expect(ids(planUp(project(migrate, app), now, options))).toEqual([
      'prepare migrate',
      'start migrate 1',
      'prepare app',
      'await migrate service_completed_successfully',
      'start app 1',
    ]);
  });

  test('are not waited for a second time at the end', () => {
    const plan = planUp(project(migrate, app), observed(), { ...options, wait: true });
    expect(ids(plan).filter((id) => id.startsWith('await'))).toEqual([
      'await migrate service_completed_successfully',
      'await app ready',
    ]);
  });
});

test('fewer copies: the highest numbers go', () => {
  const now = observed(
    replica('db', running()),
    replica('db', running(), 2),
    replica('db', running(), 3),
  );
  expect(ids(planUp(project(db), now, options))).toEqual([
    'stop db 2',
    'remove db 2',
    'stop db 3',
    'remove db 3',
  ]);
});

test('orphans go only when asked to', () => {
  const now = observed(replica('db', running()), replica('old', running()));
  expect(ids(planUp(project(db), now, options))).toEqual([]);
  expect(ids(planUp(project(db), now, { ...options, removeOrphans: true }))).toEqual([
    'stop old 1',
    'remove old 1',
  ]);
});

test('a dependant that asks for it is restarted with what it depends on', () => {
  const follower = service('web', {
    dependsOn: [{ ...dependsOn('db', 'service_started'), restart: true }],
  });
  const now = observed(
    { ...replica('db', running()), fingerprint: 'old' },
    replica('web', running()),
  );
  expect(ids(planUp(project(db, follower), now, options))).toContain('stop web 1');
});

test('a task that asks for it runs again when what it depends on was replaced after it had ended', () => {
  const task = service('migrate', {
    dependsOn: [{ ...dependsOn('db', 'service_started'), restart: true }],
  });
  const waiting = service('web', {
    dependsOn: [dependsOn('migrate', 'service_completed_successfully')],
  });
  const replaced = { ...replica('db', running()), createdAtMs: 20 };
  const shop = project(db, task, waiting);
  const planned = (finishedAtMs: number) => {
    const ended = replica('migrate', { ...exited(0), finishedAtMs });
    return ids(planUp(shop, observed(replaced, ended, replica('web', running())), options));
  };
  expect(planned(10)).toContain('start migrate 1');
  expect(planned(30)).toEqual([]);
});

test('stopping goes the other way round', () => {
  const now = observed(replica('db', running()), replica('web', running()));
  expect(planStop(project(web, db), now, []).steps).toEqual([
    { id: 'stop web 1', step: { kind: 'stop', service: 'web', number: 1 }, after: [] },
    { id: 'stop db 1', step: { kind: 'stop', service: 'db', number: 1 }, after: ['stop web 1'] },
  ]);
});

test('volumes go last, and only when asked to', () => {
  const now = observed(replica('db', exited(0)));
  expect(ids(planDown(project(db), now, { volumes: false, services: [] }))).toEqual([
    'remove db 1',
  ]);
  expect(ids(planDown(project(db), now, { volumes: true, services: [] }))).toEqual([
    'remove db 1',
    'remove-volume shop_data',
  ]);
});
