import { once } from 'node:events';
import { connect } from 'node:net';

import { describe, expect, onTestFinished, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { get } from '../rig/http.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';
import { createNamespace, type Namespace } from './namespace.ts';

const compose = `
name: shop
services:
  web:
    image: busybox
    command: sh -c 'echo \${PAGE:-one} >/tmp/index.html; exec httpd -f -p 8000 -h /tmp'
    expose: [8000]
    ports: ["127.0.0.1:18000:8000"]
    stop_grace_period: 1s
  echo:
    image: busybox
    command: sh -c 'exec nc -ll -p 7000 -e cat'
    expose: [7000]
    stop_grace_period: 1s
`;

type Started = ReturnType<Sandbox['start']>;

interface Bench {
  readonly namespace: Namespace;
  readonly up: (page?: string) => Promise<void>;
  /** Starts a command that goes on, which is ended with the test; gives it and the address that it says. */
  readonly begin: (...args: readonly string[]) => Promise<{ started: Started; port: number }>;
}

async function createBench(): Promise<Bench> {
  const namespace = await createNamespace();
  const environment = { KUBECONFIG: adminConfig, BOWLINE_ENGINE: 'kubernetes' };
  const sandbox = await createSandbox({ environment });
  onTestFinished(() => sandbox[Symbol.asyncDispose]());
  const cwd = await sandbox.write({ 'compose.yaml': compose }, 'shop');
  const here = ['--namespace', namespace.name];
  return {
    namespace,
    async up(page = 'one') {
      const options = { cwd, leavesNothing: true, environment: { PAGE: page } };
      const { code, stderr } = await sandbox.run([...here, 'up', '-d'], options);
      if (code !== 0) throw new Error(stderr);
    },
    async begin(...args) {
      const started = sandbox.start([...here, ...args], { cwd, leavesNothing: true });
      onTestFinished(async () => {
        started.child.kill('SIGINT');
        await started.ended;
      });
      await started.says(/127\.0\.0\.1:\d+/);
      return { started, port: Number(/127\.0\.0\.1:(\d+)/.exec(started.output())?.[1]) };
    },
  };
}

describe.skipIf(!(await hasKubernetesBed()))('ports of a cluster on this machine', () => {
  test('a forwarded port answers while the service is rolled, and afterwards, too', async () => {
    const { up, begin } = await createBench();
    await up();
    const { port } = await begin('port-forward', 'web', ':8000');
    const url = `http://127.0.0.1:${port}/`;
    expect((await get(url)).body).toBe('one\n');
    const rolled = up('two').then(() => 'rolled');
    const pages = new Set<string>();
    while (
      (await Promise.race([rolled, get(url).then(({ body }) => pages.add(body))])) !== 'rolled'
    );
    expect([...pages].filter((page) => page !== 'one\n' && page !== 'two\n')).toEqual([]);
    expect((await get(url)).body).toBe('two\n');
  });

  test('a connection waits for a pod when there is none, and no bit of what it said is lost', async () => {
    const { namespace, up, begin } = await createBench();
    await up();
    const { started, port } = await begin('port-forward', 'echo', ':7000');
    await namespace.kubectl('scale', 'deployment/echo', '--replicas=0');
    await namespace.kubectl('wait', '--for=delete', 'pod', '-l', 'app.kubernetes.io/name=echo');
    const socket = connect({ host: '127.0.0.1', port });
    const said = 'x'.repeat(300_000);
    socket.write(said);
    await started.says('echo has no pod that is ready');
    await namespace.kubectl('scale', 'deployment/echo', '--replicas=1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    while (heard.length < said.length) await once(socket, 'data');
    socket.destroy();
    expect(heard === said).toBe(true);
  });

  test('several ports, and a refusal in words when one is taken', async () => {
    const { up, begin } = await createBench();
    await up();
    const { started, port } = await begin('port-forward', 'web', ':8000', ':18000');
    await started.says(/127\.0\.0\.1:\d+ -> web:8000\n127\.0\.0\.1:\d+ -> web:8000\n/);
    const taken = await begin('port-forward', 'web', `${port}:8000`).then(
      ({ started: other }) => other.ended,
    );
    expect(taken).toMatchObject({ code: 1 });
    expect(taken.stderr).toContain('[engine/port-taken]');
  });

  test('open makes a tunnel to what is reached inside the cluster only', async () => {
    const { up, begin } = await createBench();
    await up();
    const { port } = await begin('open', 'web');
    expect((await get(`http://127.0.0.1:${port}/`)).body).toBe('one\n');
  });
});
