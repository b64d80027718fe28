import { describe, expect, test } from 'vitest';

import { load } from '../compose/load.ts';
import type { Comparison, ReplicaState } from '../model/observed.ts';
import type { Project } from '../model/project.ts';
import { parseServiceName } from '../model/project.ts';
import type { TaskState } from '../model/observed.ts';
import { withReleaseTasks } from '../release-tasks/with-release-tasks.ts';
import { planDown, planStart, planStop } from './plan-stop.ts';
import { planUp } from './plan-up.ts';
import type { UpOptions } from './up-context.ts';

const file = '/p/compose.yaml';

function projectOf(text: string): Project {
  const result = load({
    files: [file],
    workingDir: '/p',
    profiles: [],
    environment: new Map(),
    contents: new Map([[file, { kind: 'text', text }]]),
  });
  if (result.kind === 'needs' || result.project === undefined) throw new Error('nothing loaded');
  return withReleaseTasks(result.project, new Map()).project;
}

const shop = (web = ''): string => `
services:
  web:
    image: shop:1
    command: sh -c "python manage.py migrate && gunicorn shop.wsgi"
    depends_on: {db: {condition: service_healthy}}
    ${web}
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: {test: pg_isready}
volumes: {data: {}}
`;

const running: ReplicaState = {
  kind: 'running',
  pid: 1,
  startedAtMs: 0,
  health: { kind: 'healthy' },
  restarts: 0,
};
const stopped: ReplicaState = {
  kind: 'exited',
  exit: { kind: 'code', code: 0 },
  finishedAtMs: 0,
  stopped: true,
};
const exited = (code?: number): TaskState => ({
  kind: 'finished',
  finishedAtMs: 0,
  exit: code === undefined ? { kind: 'unknown' } : { kind: 'code', code },
});

interface World {
  readonly web?: ReplicaState;
  readonly old?: boolean;
  /** Of a run for the project as it is. */
  readonly task?: TaskState;
  readonly taskOld?: boolean;
  readonly volumes?: readonly string[];
}

/** Everything as `project` wants it, but for what is said otherwise. */
function observed(project: Project, world: World = {}): Comparison {
  const { web = running, old = false, task, taskOld = false, volumes } = world;
  return {
    replicas: project.services.map(({ name, fingerprint }) => ({
      name: `p-${name}-1`,
      service: name,
      number: 1,
      fingerprint: old && name === 'web' ? 'old' : fingerprint,
      command: [],
      createdAtMs: 0,
      ports: [],
      state: name === 'web' ? web : running,
    })),
    volumes: volumes ?? ['p_data'],
    artifacts: new Map(),
    tasks:
      task === undefined
        ? []
        : [{ service: web1, fingerprint: taskOld ? 'old' : wanted(project), state: task }],
  };
}

const web1 = parseServiceName('web') ?? never();

function never(): never {
  throw new Error('web is a name');
}

const limits = { services: new Map() };
const asked: UpOptions = {
  services: [],
  recreate: 'changed',
  build: false,
  wait: false,
  removeOrphans: false,
};

function plan(project: Project, world: World | Comparison = {}, options: Partial<UpOptions> = {}) {
  const seen = 'replicas' in world ? world : observed(project, world);
  return planUp(project, seen, { ...asked, ...options, limits }).steps;
}

/** What a run has to have been for to count as this one. */
function wanted(project: Project): string {
  const nothing = { replicas: [], volumes: [], artifacts: new Map() };
  const step = plan(project, nothing).find(({ step: each }) => each.kind === 'release-task')?.step;
  return step?.kind === 'release-task' ? step.fingerprint : '';
}

function lines(steps: ReturnType<typeof plan>): readonly string[] {
  return steps.map(({ id, after }) => `${id} <- ${after.join(', ')}`);
}

test('a task runs after the dependencies are ready, and before the old version is stopped', () => {
  const project = projectOf(shop());
  expect(lines(plan(project, { old: true }))).toEqual([
    'prepare web <- ',
    'release-task web <- prepare web',
    'stop web 1 <- prepare web, release-task web',
    'start web 1 <- prepare web, release-task web, stop web 1',
  ]);
  expect(lines(plan(project, { replicas: [], volumes: [], artifacts: new Map() }))).toEqual([
    'create-volume p_data <- ',
    'prepare db <- create-volume p_data',
    'start db 1 <- prepare db',
    'prepare web <- ',
    'await db service_healthy <- start db 1',
    'release-task web <- prepare web, await db service_healthy',
    'start web 1 <- prepare web, await db service_healthy, release-task web',
  ]);
});

test('what starts with each copy is the command without its migration', () => {
  const [web] = projectOf(shop()).services.filter(({ name }) => name === 'web');
  expect(web?.command).toEqual(['sh', '-c', 'gunicorn shop.wsgi']);
  expect(web?.releaseTask).toMatchObject({
    command: ['sh', '-c', 'python manage.py migrate'],
    origin: 'command',
    strategy: 'task',
  });
});

test('three copies have one task, before the first of them', () => {
  const steps = plan(projectOf(shop('scale: 3')), { old: true });
  expect(steps.filter(({ step }) => step.kind === 'release-task')).toHaveLength(1);
  const starts = steps.filter(({ step }) => step.kind === 'start');
  expect(starts.map(({ after }) => after.includes('release-task web'))).toEqual([true, true, true]);
});

test('nothing runs while nothing of the service is started', () => {
  expect(plan(projectOf(shop()))).toEqual([]);
  expect(plan(projectOf(shop()), { task: exited(1) })).toEqual([]);
});

describe('a service that is started again', () => {
  const because = (world: World, text = shop(), options: Partial<UpOptions> = {}) =>
    plan(projectOf(text), { web: stopped, ...world }, options).find(
      ({ step }) => step.kind === 'release-task',
    )?.because;

  test.each<[string, World, string | undefined]>([
    ['has its task run when it never was', {}, 'not run yet'],
    ['has it not run again when it succeeded', { task: exited(0) }, undefined],
    ['has it run again when it failed', { task: exited(1) }, 'it failed'],
    [
      'has it waited for when it still runs',
      { task: { kind: 'running', startedAtMs: 0 } },
      'still running',
    ],
    ['is told when nobody saw how it ended', { task: exited() }, 'nobody saw how it ended'],
    ['has it run when it was another one', { task: exited(0), taskOld: true }, 'changed'],
    [
      'has it run when the database begins anew',
      { task: exited(0), volumes: [] },
      'its data are new',
    ],
  ])('%s', (_, world, expected) => {
    expect(because(world)).toBe(expected);
  });

  test('has it run again when its files are mounted, for they may have changed', () => {
    const mounted = shop('volumes: [".:/app"]');
    expect(because({ task: exited(0) }, mounted)).toBe('its files may have changed');
  });

  test('has it run again with --force-recreate', () => {
    expect(because({ web: running, task: exited(0) }, shop(), { recreate: 'always' })).toBe(
      'asked for',
    );
  });
});

test('tasks of two services run one after the other', () => {
  const two = projectOf(`
services:
  web: {image: shop:1, command: sh -c "python manage.py migrate && gunicorn shop.wsgi"}
  worker: {image: shop:1, command: sh -c "python manage.py migrate && celery worker"}
`);
  const steps = plan(two, { replicas: [], volumes: [], artifacts: new Map() });
  expect(lines(steps).filter((line) => line.startsWith('release-task'))).toEqual([
    'release-task web <- prepare web',
    'release-task worker <- prepare worker, release-task web',
  ]);
});

test('nothing else that runs is replaced before the task has succeeded, but for what it needs', () => {
  const project = projectOf(`${shop().replace(/volumes: \{data: \{\}\}\n$/, '')}
  mail: {image: mail:2}
volumes: {data: {}}`);
  const seen = observed(project, { old: true });
  const old = { ...seen, replicas: seen.replicas.map((each) => ({ ...each, fingerprint: 'old' })) };
  const steps = plan(project, old);
  const stops = steps.filter(({ step }) => step.kind === 'stop');
  expect(stops.map(({ id, after }) => [id, after.includes('release-task web')])).toEqual([
    ['stop db 1', false],
    ['stop web 1', true],
    ['stop mail 1', true],
  ]);
  const done = new Set<string>();
  for (const { id, after } of steps) {
    expect(after.filter((each) => !done.has(each))).toEqual([]);
    done.add(id);
  }
});

test('with the strategy exec it runs in the new version, with startup it stays in the command', () => {
  const settings = (strategy: string): string =>
    shop(`x-bowline: {migrate: {command: python manage.py migrate, strategy: ${strategy}}}`);
  expect(lines(plan(projectOf(settings('exec')), { old: true }))).toEqual([
    'prepare web <- ',
    'stop web 1 <- prepare web',
    'start web 1 <- prepare web, stop web 1',
    'release-task web <- start web 1',
  ]);
  const [web] = projectOf(settings('startup')).services;
  expect(web?.releaseTask).toBeUndefined();
  expect(web?.command).toEqual(['sh', '-c', 'python manage.py migrate && gunicorn shop.wsgi']);
});

test('x-bowline names another command and a limit; what the command had of it is gone all the same', () => {
  const [web] = projectOf(
    shop('x-bowline: {migrate: {command: ./manage.py migrate --fake-initial, timeout: 2m}}'),
  ).services;
  expect(web?.command).toEqual(['sh', '-c', 'gunicorn shop.wsgi']);
  expect(web?.releaseTask).toMatchObject({
    command: ['./manage.py', 'migrate', '--fake-initial'],
    timeoutMs: 120_000,
    origin: 'x-bowline',
  });
});

test('pre_start is a release task; several commands, folders and variables go to a shell', () => {
  const hooks = (text: string) =>
    projectOf(`services: {web: {image: x, pre_start: ${text}}}`).services[0];
  expect(hooks('[{command: [./migrate, up]}]')?.releaseTask).toMatchObject({
    command: ['./migrate', 'up'],
    entrypoint: [],
    origin: 'pre-start',
  });
  expect(
    hooks(`[{command: ./a, working_dir: /a b, environment: {A: it's}}, {command: [./b, $$x]}]`)
      ?.releaseTask?.command,
  ).toEqual(['/bin/sh', '-c', `(cd '/a b' && A='it'\\''s' exec ./a) && (exec ./b '$x')`]);
  expect(hooks('[{command: ./a, per_replica: true}]')?.releaseTask).toBeUndefined();
});

test('stop ends what still runs, start asks again, down forgets', () => {
  const project = projectOf(shop());
  const busy = observed(project, { task: { kind: 'running', startedAtMs: 0 } });
  expect(lines(planStop(project, busy, []).steps)).toEqual([
    'end-task web <- ',
    'stop web 1 <- end-task web',
    'stop db 1 <- end-task web, stop web 1',
  ]);
  const done = observed(project, { web: stopped, task: exited(0) });
  expect(lines(planStop(project, done, []).steps)).toEqual(['stop db 1 <- ']);
  expect(planDown(project, done, { volumes: false, services: [] }).steps[0]?.step).toEqual({
    kind: 'end-task',
    service: 'web',
    forget: true,
  });
  const alone = { ...busy, replicas: [], networks: ['p_default'] };
  expect(lines(planDown(project, alone, { volumes: true, services: [] }).steps)).toEqual([
    'end-task web <- ',
    'remove-network p_default <- end-task web',
    'remove-volume p_data <- end-task web',
  ]);
  expect(lines(planStart(project, done, []).steps)).toEqual(['start web 1 <- ']);
  const failed = observed(project, { web: stopped, task: exited(1) });
  expect(lines(planStart(project, failed, []).steps)).toEqual([
    'release-task web <- ',
    'start web 1 <- release-task web',
  ]);
});
