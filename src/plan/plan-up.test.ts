import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ServiceLimits } from '../model/engine-limits.ts';
import type { Observed, ObservedReplica } from '../model/observed.ts';
import type { Dependency, Project, Service, ServiceName } from '../model/project.ts';
import { parseServiceName } from '../model/project.ts';
import type { Plan } from '../model/step.ts';
import { planUp } from './plan-up.ts';
import type { UpOptions } from './up-context.ts';
import { planDown, planStop } from './plan-stop.ts';

const at = { file: '/p/compose.yaml', start: 0, end: 0 };

function named(text: string): ServiceName {
  const name = parseServiceName(text);
  if (name === undefined) throw new Error(text);
  return name;
}

function dependsOn(
  target: string,
  condition: Dependency['condition'] = 'service_healthy',
): Dependency {
  return { service: named(target), condition, required: true, restart: false, at };
}

function service(name: string, parts: Partial<Service> = {}): Service {
  return {
    name: named(name),
    tty: false,
    stdinOpen: false,
    init: false,
    environment: new Map(),
    ports: [],
    expose: [],
    networks: [],
    mounts: [],
    secrets: [],
    configs: [],
    dependsOn: [],
    healthcheckDisabled: false,
    restart: { kind: 'no' },
    stopGracePeriodMs: 10_000,
    replicas: 1,
    aliases: [],
    extraHosts: new Map(),
    labels: new Map(),
    attach: true,
    fingerprint: `f-${name}`,
    at,
    ...parts,
  };
}

function project(...services: readonly Service[]): Project {
  return {
    name: 'shop',
    workingDir: '/p',
    files: [at.file],
    services,
    inactive: [],
    networks: [],
    volumes: [{ key: 'data', name: 'shop_data', external: false, at }],
    secrets: [],
    configs: [],
    canonical: {},
    origins: new Map(),
    settings: { environments: new Map() },
  };
}

function replica(name: string, state: ObservedReplica['state'], number = 1): ObservedReplica {
  return {
    name: `shop-${name}-${number}`,
    service: named(name),
    number,
    fingerprint: `f-${name}`,
    command: [],
    createdAtMs: 0,
    ports: [],
    state,
  };
}

const running = (
  health: 'none' | 'healthy' | 'starting' | 'unhealthy' = 'none',
): ObservedReplica['state'] => ({
  kind: 'running',
  pid: 1,
  startedAtMs: 0,
  restarts: 0,
  health: { kind: health },
});
const exited = (code: number): ObservedReplica['state'] => ({
  kind: 'exited',
  exit: { kind: 'code', code },
  finishedAtMs: 0,
  stopped: false,
});
const nothing: Observed = { replicas: [], volumes: [], artifacts: new Map() };
const observed = (...replicas: readonly ObservedReplica[]): Observed => ({
  ...nothing,
  replicas,
  volumes: ['shop_data'],
});
const options: UpOptions & {
  readonly limits: { readonly services: ReadonlyMap<ServiceName, ServiceLimits> };
} = {
  services: [],
  recreate: 'changed',
  build: false,
  wait: false,
  removeOrphans: false,
  limits: { services: new Map() },
};
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

const graphs = fc
  .integer({ min: 1, max: 8 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.subarray(Array.from({ length: index }, (__, each) => each)),
      ),
    ),
  )
  .map((edges) =>
    project(
      ...edges.map((targets, index) =>
        service(`s${index}`, { dependsOn: targets.map((each) => dependsOn(`s${each}`)) }),
      ),
    ),
  );

test('for any graph, each step comes after those that it waits for', () => {
  fc.assert(
    fc.property(graphs, (shop) => {
      const { steps } = planUp(shop, nothing, { ...options, wait: true });
      const seen = new Set<string>();
      for (const { id, after } of steps) {
        if (!after.every((each) => seen.has(each))) return false;
        seen.add(id);
      }
      return steps.filter(({ step }) => step.kind === 'start').length === shop.services.length;
    }),
  );
});

test('for any graph, planning after all was done is empty', () => {
  fc.assert(
    fc.property(graphs, (shop) => {
      const now = observed(...shop.services.map(({ name }) => replica(name, running('healthy'))));
      return planUp(shop, now, { ...options, wait: true }).steps.length === 0;
    }),
  );
});
