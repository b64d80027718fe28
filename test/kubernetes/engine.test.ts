import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { loadProject } from '../../src/actions/load-project.ts';
import type { Engine, ExecRequest } from '../../src/engine/engine.ts';
import { openKubernetesEngine } from '../../src/engines/kubernetes/kubernetes-engine.ts';
import type { KubernetesObject } from '../../src/engines/kubernetes/object.ts';
import { systemClock } from '../../src/host/clock.ts';
import type { LogLine } from '../../src/model/log-line.ts';
import type { ServiceName } from '../../src/model/project.ts';
import { planUp } from '../../src/plan/plan-up.ts';
import { planDown, planStart, planStop } from '../../src/plan/plan-stop.ts';
import type { Plan } from '../../src/model/step.ts';
import { type Outcome, runPlan } from '../../src/runner/run-plan.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { createNamespace, type Namespace, shellPod } from './namespace.ts';

const { signal } = new AbortController();

const compose = `
name: shop
services:
  db:
    image: busybox
    healthcheck: { test: wget -qO- http://127.0.0.1:8000/ }
    volumes: [data:/data]
  web:
    image: busybox
    deploy: { replicas: 2 }
    depends_on: { db: { condition: service_healthy } }
volumes: { data: {} }
`;

interface Bench {
  readonly engine: Engine;
  readonly namespace: Namespace;
  readonly names: { readonly db: ServiceName; readonly web: ServiceName };
  readonly run: (plan: Plan) => Promise<void>;
  readonly up: () => Promise<Plan>;
  readonly tryUp: () => Promise<Outcome>;
  readonly plans: {
    readonly stop: () => Promise<Plan>;
    readonly start: () => Promise<Plan>;
    readonly down: () => Promise<Plan>;
  };
}

/** A project on a cluster, by an engine of its own; `command` is what its web service does. */
async function createBench(command = page('web')): Promise<Bench> {
  const namespace = await createNamespace();
  const folder = mkdtempSync(join(tmpdir(), 'bl-kube-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'compose.yaml'), compose);
  const options = { files: [], profiles: [], envFiles: [], environment: {}, cwd: folder };
  const { project } = await loadProject(options, { signal });
  const [db, web] = project.services.map(({ name }) => name);
  if (db === undefined || web === undefined) throw new Error('two services were expected');
  const engine = await openKubernetesEngine({
    project,
    instance: 'shop',
    names: new Map([db, web].map((name) => [name, name])),
    translate: async (where) => ({ objects: objectsIn(where, command), diagnostics: [] }),
    environment: { KUBECONFIG: adminConfig },
    home: folder,
    namespace: namespace.name,
  });
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const run = async (plan: Plan): Promise<void> => {
    const outcome = await runPlan(plan, engine, { clock: systemClock, signal, emit: () => {} });
    expect(outcome).toEqual({ kind: 'done' });
  };
  const planned = async (): Promise<Plan> => {
    const observed = await engine.compare({ signal });
    return planUp(project, observed, {
      limits: engine.limits,
      services: [],
      recreate: 'changed',
      build: false,
      wait: true,
      removeOrphans: false,
    });
  };
  const up = async (): Promise<Plan> => {
    const plan = await planned();
    await run(plan);
    return plan;
  };
  const tryUp = async (): Promise<Outcome> =>
    runPlan(await planned(), engine, { clock: systemClock, signal, emit: () => {} });
  return {
    engine,
    namespace,
    names: { db, web },
    run,
    up,
    tryUp,
    plans: {
      stop: async () => planStop(project, await engine.observe({ signal }), []),
      start: async () => planStart(project, await engine.observe({ signal }), []),
      down: async () =>
        planDown(project, await engine.observe({ signal }), { volumes: false, services: [] }),
    },
  };
}

function page(name: string): string {
  return `echo ${name} begins; echo hello >/tmp/index.html; exec httpd -f -p 8000 -h /tmp`;
}

function objectsIn(namespace: string, command: string): readonly KubernetesObject[] {
  const labels = (name: string) => ({
    'app.kubernetes.io/instance': 'shop',
    'app.kubernetes.io/name': name,
  });
  const template = (name: string, script: string) => ({
    metadata: { labels: labels(name) },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name,
          image: 'busybox',
          args: ['sh', '-c', script],
          env: [{ name: 'WHO', value: name }],
          ports: [{ containerPort: 8000 }],
          readinessProbe: { httpGet: { path: '/', port: 8000 }, periodSeconds: 1 },
        },
      ],
    },
  });
  const workload = (kind: string, name: string, parts: object): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels: labels(name) },
    spec: { selector: { matchLabels: labels(name) }, ...parts },
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace, labels: { 'app.kubernetes.io/part-of': 'shop' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace, labels: labels('web') },
      spec: { selector: labels('web'), ports: [{ port: 8000 }] },
    },
    workload('StatefulSet', 'db', { serviceName: 'db', template: template('db', page('db')) }),
    workload('Deployment', 'web', { replicas: 2, template: template('web', command) }),
  ];
}

async function linesOf(
  engine: Engine,
  services: readonly ServiceName[],
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of engine.logs({ services, follow: false }, { signal })) lines.push(line);
  return lines;
}

async function execIn(
  { engine }: Bench,
  request: Pick<ExecRequest, 'service' | 'command'> & Partial<ExecRequest>,
  input = '',
): Promise<{ readonly exit: unknown; readonly stdout: string; readonly stderr: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const said = Promise.all([text(stdout), text(stderr)]);
  const streams = { stdin, stdout, stderr };
  const exit = await engine.exec({ environment: new Map(), streams, ...request }, { signal });
  stdout.end();
  stderr.end();
  const [out, errors] = await said;
  return { exit, stdout: out, stderr: errors };
}

describe.skipIf(!(await hasKubernetesBed()))('the Kubernetes engine', () => {
  test('brings a project up in the order of its dependencies, and has nothing to do again', async () => {
    const bench = await createBench();
    const plan = await bench.up();
    expect(plan.steps.map(({ id }) => id)).toEqual([
      'create-volume shop_data',
      'prepare db',
      'start db 1',
      'prepare web',
      'await db service_healthy',
      'start web 1',
      'await db ready',
      'await web ready',
      'prune',
    ]);
    const { replicas, volumes } = await bench.engine.observe({ signal });
    expect(
      replicas.map(({ service, number, state }) => `${service} ${number} ${state.kind}`),
    ).toEqual(['db 1 running', 'web 1 running', 'web 2 running']);
    expect(volumes).toEqual(['shop_data']);
    expect((await bench.up()).steps).toEqual([]);
  });

  test('logs have every pod of a service, with its lines in order', async () => {
    const bench = await createBench();
    await bench.up();
    const lines = await vi.waitFor(async () => {
      const written = await linesOf(bench.engine, [bench.names.web]);
      expect(written.length).toBeGreaterThanOrEqual(2);
      return written;
    }, 30_000);
    expect(lines.map(({ service, text: said }) => `${service} ${said}`)).toEqual([
      'web web begins',
      'web web begins',
    ]);
    expect(new Set(lines.map(({ replica }) => replica)).size).toBe(2);
  });

  test('followed logs go on with the pods that are made later', async () => {
    const bench = await createBench();
    await bench.up();
    const end = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      const query = { services: [bench.names.db], follow: true };
      for await (const line of bench.engine.logs(query, { signal: end.signal })) {
        seen.push(line.text);
        if (seen.length === 1)
          await bench.namespace.kubectl('delete', 'pod', 'db-0', '--wait=false');
        if (seen.length === 2) end.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toEqual(['db begins', 'db begins']);
  });

  test('a pod that has no node yet has written nothing, and what it writes then is followed', async () => {
    const { engine, names, namespace } = await createBench();
    const waits = { schedulingGates: [{ name: 'example.com/wait' }] };
    const labels = {
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/name': names.web,
    };
    await namespace.apply({
      ...shellPod('web', 'echo at last', waits),
      metadata: { name: 'web', labels },
    });
    expect(await linesOf(engine, [names.web])).toEqual([]);
    const followed = (async () => {
      for await (const line of engine.logs({ services: [names.web], follow: true }, { signal }))
        return line.text;
      return undefined;
    })();
    const open = JSON.stringify([{ op: 'remove', path: '/spec/schedulingGates' }]);
    await namespace.kubectl('patch', 'pod', 'web', '--type=json', '--patch', open);
    expect(await followed).toBe('at last');
  });

  test('exec gives the exit code, both outputs and the input, with variables and a folder', async () => {
    const bench = await createBench();
    await bench.up();
    const { web: service } = bench.names;
    const script = 'cat; echo $WHO $MORE $PWD; echo wrong >&2; exit 7';
    const result = await execIn(
      bench,
      {
        service,
        command: ['sh', '-c', script],
        environment: new Map([['MORE', 'a b']]),
        workingDir: '/tmp',
      },
      'typed\n',
    );
    expect(result).toEqual({
      exit: { kind: 'code', code: 7 },
      stdout: 'typed\nweb a b /tmp\n',
      stderr: 'wrong\n',
    });
    const absent = await execIn(bench, { service, command: ['no-such-program'] });
    expect(absent.exit).toEqual({ kind: 'code', code: 127 });
  });

  test('exec hands ten megabytes through without losing a byte', async () => {
    const bench = await createBench();
    await bench.up();
    const input = 'x'.repeat(10 * 1024 * 1024);
    const result = await execIn(bench, { service: bench.names.web, command: ['cat'] }, input);
    expect(result.stdout.length).toBe(input.length);
    expect(result.exit).toEqual({ kind: 'code', code: 0 });
  });

  test('what is stopped has no pods, and starts again with as many copies', async () => {
    const bench = await createBench();
    await bench.up();
    await bench.run(await bench.plans.stop());
    expect(await bench.namespace.kubectl('get', 'pods', '--output', 'name')).toBe('');
    const stopped = await bench.engine.observe({ signal });
    expect(stopped.replicas.map(({ service, state }) => `${service} ${state.kind}`)).toEqual([
      'db exited',
      'web exited',
    ]);
    await bench.run(await bench.plans.start());
    const path = 'jsonpath={.spec.replicas}';
    expect(await bench.namespace.kubectl('get', 'deployment', 'web', '--output', path)).toBe('2');
  });

  test('down takes everything but the claim', async () => {
    const bench = await createBench();
    await bench.up();
    await bench.run(await bench.plans.down());
    const kinds = 'deployment,statefulset,service,pvc,pods';
    expect(await bench.namespace.kubectl('get', kinds, '--output', 'name')).toBe(
      'persistentvolumeclaim/data\n',
    );
  });

  test('a service that crashes fails with its last lines', async () => {
    const bench = await createBench('echo SECRET_KEY is empty; exit 3');
    const outcome = await bench.tryUp();
    expect(outcome).toMatchObject({
      kind: 'failed',
      findings: [{ code: 'kubernetes/crash-loop', service: 'web', proof: ['SECRET_KEY is empty'] }],
    });
  });

  test('run gives the output and the exit code of a pod of its own, which is gone then', async () => {
    const bench = await createBench();
    const { engine, names } = bench;
    const service = (await bench.up()).steps.length > 0 ? names.web : names.db;
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const said = text(stdout);
    const request = {
      service: { name: service },
      command: ['sh', '-c', 'echo one $WHO $MORE; exit 5'],
      environment: new Map([['MORE', '2']]),
      streams: { stdin, stdout, stderr },
    } as unknown as Parameters<Engine['runOnce']>[0];
    const exit = await engine.runOnce(request, { signal, emit: () => {} });
    stdout.end();
    expect({ exit, said: await said }).toEqual({
      exit: { kind: 'code', code: 5 },
      said: 'one web 2\n',
    });
  });
});
