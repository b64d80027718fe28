import { describe, expect, onTestFinished, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { createSandbox, type Result } from '../rig/sandbox.ts';
import { createNamespace } from './namespace.ts';

const compose = `
name: shop
services:
  db:
    image: postgres:17
    environment: { POSTGRES_PASSWORD: not-in-any-output }
    healthcheck: { test: pg_isready -U postgres, interval: 2s }
  migrate:
    image: postgres:17
    command: psql -h db -U postgres -c 'create table shop (id int)'
    environment: { PGPASSWORD: not-in-any-output }
    depends_on: { db: { condition: service_healthy } }
  web:
    image: busybox
    command: sh -c 'echo \${GREETING:-hello}; exec httpd -f -p 8000 -h /tmp'
    deploy: { replicas: 2 }
    depends_on: { migrate: { condition: service_completed_successfully } }
`;

type Bowline = (
  args: readonly string[],
  options?: { readonly environment?: Readonly<Record<string, string>>; readonly input?: string },
) => Promise<Result>;

async function createBench(): Promise<{ readonly bowline: Bowline; readonly namespace: string }> {
  const { name: namespace } = await createNamespace();
  const machine = await createSandbox();
  onTestFinished(() => machine[Symbol.asyncDispose]());
  const cwd = await machine.write({ 'compose.yaml': compose }, 'shop');
  const bowline: Bowline = (args, { environment, input } = {}) =>
    machine.run(['--engine', 'kubernetes', '--namespace', namespace, ...args], {
      cwd,
      leavesNothing: true,
      environment: { KUBECONFIG: adminConfig, ...environment },
      ...(input !== undefined && { input }),
    });
  return { bowline, namespace };
}

describe.skipIf(!(await hasKubernetesBed()))('a Compose file on a cluster', () => {
  test('comes up in order, is left alone when nothing has changed, and goes down', async () => {
    const { bowline, namespace } = await createBench();
    const first = await bowline(['up', '-d']);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).not.toMatch('not-in-any-output');
    const again = await bowline(['up', '-d']);
    expect(again.stderr).toMatch('nothing has changed');
    const ps = await bowline(['ps', '--format', 'json']);
    const services = ps.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly Service: string; readonly State: string });
    expect(services.map(({ Service, State }) => `${Service} ${State}`)).toEqual([
      'db running',
      'web running',
      'web running',
    ]);
    const logs = ['logs', 'web', '--no-log-prefix'];
    await expect
      .poll(async () => (await bowline(logs)).stdout, { timeout: 30_000 })
      .toBe('hello\nhello\n');
    const exec = await bowline(['exec', '-T', 'web', 'sh', '-c', 'cat; exit 3'], { input: 'in' });
    expect({ code: exec.code, stdout: exec.stdout }).toEqual({ code: 3, stdout: 'in' });
    expect((await bowline(['down'])).code).toBe(0);
    expect(await kubectl(['-n', namespace, 'get', 'pods,services', '--output', 'name'])).toBe('');
  });

  test('rolls a change of one service, and touches no other', async () => {
    const { bowline, namespace } = await createBench();
    await bowline(['up', '-d']);
    const path = [
      '--selector',
      'app.kubernetes.io/name=db',
      '--output',
      'jsonpath={.items[0].metadata.uid}',
    ];
    const before = await kubectl(['-n', namespace, 'get', 'pods', ...path]);
    const changed = await bowline(['up', '-d'], { environment: { GREETING: 'good-evening' } });
    expect(changed.code, changed.stderr).toBe(0);
    const logs = ['logs', 'web', '--no-log-prefix'];
    await expect
      .poll(async () => (await bowline(logs)).stdout, { timeout: 30_000 })
      .toMatch(/good-evening\n/);
    expect(await kubectl(['-n', namespace, 'get', 'pods', ...path])).toBe(before);
  });
});
