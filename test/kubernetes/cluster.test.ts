import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { command } from '../beds/command.ts';
import { dockerCommand } from '../beds/docker/engine.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { addresses, developerConfig, nodeName } from '../beds/kubernetes/addresses.ts';
import { binaries } from '../beds/kubernetes/binaries.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { loadImage } from '../beds/kubernetes/node.ts';
import { addNodes, simulated } from '../beds/kubernetes/scale.ts';
import { registry } from '../beds/layout.ts';
import { until } from '../beds/until.ts';
import { get } from '../rig/http.ts';
import { createNamespace, shellPod, webDeployment, webService } from './namespace.ts';

/** The first time, the program that simulates nodes is compiled. */
const BUILD_TIMEOUT_MS = 30 * 60_000;

describe.skipIf(!(await hasKubernetesBed()))('the cluster of the Kubernetes bed', () => {
  test('a Deployment of an image that was built and pushed here becomes ready', async () => {
    const image = `${registry}/built:${randomUUID()}`;
    await buildImage(image);
    await dockerCommand(['push', '--quiet', image]);
    const namespace = await createNamespace();
    await namespace.apply(webDeployment(image, { replicas: 2 }));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const built = await namespace.kubectl('exec', 'deployment/web', '--', 'cat', '/built');
    expect(built).toBe('here\n');
  });

  test('an image that was loaded into the node needs no registry', async () => {
    const image = `loaded.invalid/${randomUUID()}:1`;
    await buildImage(image);
    const folder = mkdtempSync(join(tmpdir(), 'bed-load-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await dockerCommand(['save', '--output', join(folder, 'image.tar'), image]);
    await loadImage(join(folder, 'image.tar'));
    const namespace = await createNamespace();
    await namespace.apply(webDeployment(image));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    expect(await namespace.kubectl('exec', 'deployment/web', '--', 'cat', '/built')).toBe('here\n');
  });

  test('the unchanged image postgres:17 becomes a database', async () => {
    const namespace = await createNamespace();
    const env = ['--image=postgres:17', '--env=POSTGRES_PASSWORD=secret'];
    await namespace.kubectl('run', 'db', ...env);
    const asked = ['exec', 'db', '--', 'pg_isready', '--host=127.0.0.1'];
    const accepts = (): Promise<boolean> =>
      namespace.kubectl(...asked).then(
        () => true,
        () => false,
      );
    await until('the database to accept connections', accepts, { everyMs: 500 });
    const query = ['psql', '--user=postgres', '-Atc', 'SELECT 6 * 7'];
    expect(await namespace.kubectl('exec', 'db', '--', ...query)).toBe('42\n');
  });

  test('a NodePort answers on the address of the node and on loopback', async () => {
    const namespace = await createNamespace();
    await namespace.apply(webDeployment('busybox', { page: 'node-port' }), webService('NodePort'));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const path = 'jsonpath={.spec.ports[0].nodePort}';
    const port = await namespace.kubectl('get', 'service', 'web', '--output', path);
    for (const host of [addresses.node, '127.0.0.1']) {
      await until(`${host}:${port} to answer`, () => answers(`http://${host}:${port}/`));
      expect((await get(`http://${host}:${port}/`)).body).toBe('node-port\n');
    }
  });

  test('a Service is found by its name from another pod', async () => {
    const namespace = await createNamespace();
    await namespace.apply(webDeployment('busybox', { page: 'by-name' }), webService('ClusterIP'));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const names = ['web', `web.${namespace.name}.svc.cluster.local`];
    const line = names.map((name) => `wget -q -T 10 -O - http://${name}/`).join(' && ');
    await namespace.apply(shellPod('client', `for n in 1 2 3; do ${line} && exit; sleep 1; done`));
    await namespace.becomes('pod/client', '{.status.phase}', 'Succeeded');
    expect(await namespace.kubectl('logs', 'client')).toBe('by-name\nby-name\n');
  });

  test('a claim is bound by the default class and keeps its data when the pod is deleted', async () => {
    const namespace = await createNamespace();
    const mounted = {
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    };
    await namespace.apply(
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } },
      },
      shellPod('writer', 'echo kept >/data/file && sleep 600', mounted),
    );
    await namespace.becomes('pvc/data', '{.status.phase}', 'Bound');
    await namespace.kubectl('wait', '--for=condition=Ready', 'pod/writer', '--timeout=60s');
    await namespace.kubectl('delete', 'pod', 'writer', '--wait');
    await namespace.apply(shellPod('reader', 'cat /data/file', mounted));
    await namespace.becomes('pod/reader', '{.status.phase}', 'Succeeded');
    expect(await namespace.kubectl('logs', 'reader')).toBe('kept\n');
  });

  test('a Job completes, and its output can be read', async () => {
    const namespace = await createNamespace();
    await namespace.kubectl('create', 'job', 'once', '--image=busybox', '--', 'echo', 'migrated');
    await namespace.kubectl('wait', '--for=condition=Complete', 'job/once', '--timeout=60s');
    expect(await namespace.kubectl('logs', 'job/once')).toBe('migrated\n');
  });

  test('exec gives the output of the command and fails as it does', async () => {
    const namespace = await createNamespace();
    await namespace.apply(shellPod('shell', 'sleep 600'));
    await namespace.kubectl('wait', '--for=condition=Ready', 'pod/shell', '--timeout=60s');
    const inside = ['exec', 'shell', '--', 'sh', '-c'];
    expect(await namespace.kubectl(...inside, 'echo $((6 * 7))')).toBe('42\n');
    await expect(namespace.kubectl(...inside, 'exit 7')).rejects.toThrow('exit code 7');
  });

  test('a forwarded port leads to the pod', async () => {
    const namespace = await createNamespace();
    await namespace.apply(webDeployment('busybox', { page: 'forwarded' }));
    await namespace.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    const port = await namespace.forward('deployment/web', 80);
    expect((await get(`http://127.0.0.1:${port}/`)).body).toBe('forwarded\n');
  });

  test.each(['no-such-image:1', `${registry}/no-such-image:1`])(
    'an image that does not exist (%s) gives ImagePullBackOff',
    async (image) => {
      const namespace = await createNamespace();
      await namespace.kubectl('run', 'absent', `--image=${image}`);
      const reason = '{.status.containerStatuses[0].state.waiting.reason}';
      await namespace.becomes('pod/absent', reason, 'ImagePullBackOff');
      const path = ['--output', 'jsonpath={.status.phase}'];
      expect(await namespace.kubectl('get', 'pod', 'absent', ...path)).toBe('Pending');
    },
  );

  test(
    '100 pods run on simulated nodes, and no other pod does',
    async () => {
      await addNodes(3, () => {});
      const namespace = await createNamespace();
      const labels = { app: 'many' };
      const containers = [{ name: 'many', image: 'never-pulled' }];
      await namespace.apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'many' },
        spec: {
          replicas: 100,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { ...simulated, containers } },
        },
      });
      await namespace.kubectl('rollout', 'status', 'deployment/many', '--timeout=120s');
      await namespace.apply(shellPod('real', 'echo here'));
      await namespace.becomes('pod/real', '{.status.phase}', 'Succeeded');
      const where = ['--output', 'jsonpath={.spec.nodeName}'];
      expect(await namespace.kubectl('get', 'pod', 'real', ...where)).toBe(nodeName);
    },
    BUILD_TIMEOUT_MS,
  );

  test('the use of memory by the node can be asked for', async () => {
    await until(
      'the first figures',
      () =>
        kubectl(['top', 'node', nodeName, '--no-headers']).then(
          (line) => /^bed\s+\d+m\s/.test(line),
          () => false,
        ),
      { timeoutMs: 90_000, everyMs: 1000 },
    );
    expect(await kubectl(['top', 'node', nodeName, '--no-headers'])).toMatch(/\d+Mi\s/);
  });

  test.each([
    ['yes', 'create deployments --namespace team'],
    ['yes', 'create pods/exec --namespace team'],
    ['yes', 'update leases --namespace team'],
    ['no', 'create deployments --namespace default'],
    ['no', 'list nodes'],
    ['no', 'create rolebindings --namespace team'],
  ])('asked by the user with few rights it says %s to: %s', async (wanted, what) => {
    const asked = ['auth', 'can-i', ...what.split(' ')];
    const tool = [binaries('kubectl'), '--kubeconfig', developerConfig];
    // "no" is also a failure of the command.
    const said = await command('sh', ['-c', '"$@" || true', 'sh', ...tool, ...asked]);
    expect(said.trim().split('\n').at(-1)).toBe(wanted);
  });
});

async function buildImage(image: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bed-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nRUN echo here >/built\n');
  await dockerCommand(['build', '--quiet', '--tag', image, folder]);
  onTestFinished(async () => {
    await dockerCommand(['rmi', '--force', image]);
  });
}

function answers(url: string): Promise<boolean> {
  return get(url).then(
    ({ status }) => status === 200,
    () => false,
  );
}
