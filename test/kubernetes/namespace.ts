import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

import { onTestFinished } from 'vitest';

import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { binaries } from '../beds/kubernetes/binaries.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { askApi, deleteNamespace } from './api.ts';

/** A namespace of a test's own, and kubectl in it. */
export interface Namespace {
  readonly name: string;
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  readonly apply: (...objects: readonly object[]) => Promise<string>;
  /** Waits until the path of the object is as wanted. */
  readonly becomes: (object: string, path: string, wanted: string) => Promise<void>;
  /** Forwards a port of this machine, chosen by the kernel, and gives its number. */
  readonly forward: (object: string, port: number) => Promise<number>;
}

/** Creates a namespace that is gone, with all that is in it, some time after the test. */
export async function createNamespace(): Promise<Namespace> {
  const name = `test-${randomUUID()}`;
  await askApi('POST', '/api/v1/namespaces', { metadata: { name } });
  onTestFinished(() => deleteNamespace(name));
  const here = (...args: readonly string[]): Promise<string> =>
    kubectl(['--namespace', name, ...args]);
  return {
    name,
    kubectl: here,
    apply: (...objects) =>
      kubectl(['--namespace', name, 'apply', '--filename', '-'], list(objects)),
    becomes: async (object, path, wanted) => {
      await here('wait', object, `--for=jsonpath=${path}=${wanted}`, '--timeout=60s');
    },
    forward: (object, port) => forward(name, object, port),
  };
}

function list(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function forward(namespace: string, object: string, port: number): Promise<number> {
  const args = ['--kubeconfig', adminConfig, '--namespace', namespace, 'port-forward', object];
  const child = spawn(binaries('kubectl'), [...args, `:${port}`], { stdio: 'pipe' });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  return portSaid(child);
}

function portSaid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const port = /127\.0\.0\.1:(\d+) ->/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', () => reject(new Error(`port-forward ended: ${said}`)));
  });
}

/** A Deployment whose pods answer with `page` on port 80, and are ready when they do. */
export function webDeployment(
  image: string,
  { page = 'hello', replicas = 1 }: { readonly page?: string; readonly replicas?: number } = {},
): object {
  const labels = { app: 'web' };
  const serve = `mkdir -p /page && echo ${page} >/page/index.html && exec httpd -f -p 80 -h /page`;
  const container = {
    name: 'web',
    image,
    command: ['sh', '-c', serve],
    ports: [{ containerPort: 80 }],
    readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [container], terminationGracePeriodSeconds: 0 },
      },
    },
  };
}

export function webService(type: 'ClusterIP' | 'NodePort'): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type, selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
}

/** A pod that carries out one shell line; it stays when that ends, unless told otherwise. */
export function shellPod(name: string, line: string, spec: object = {}): object {
  const { volumeMounts, ...rest } = { volumeMounts: [], ...spec };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'shell', image: 'busybox', command: ['sh', '-c', line], volumeMounts }],
      ...rest,
    },
  };
}
