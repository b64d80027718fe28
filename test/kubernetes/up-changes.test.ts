import { describe, expect, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { type ComposeBench, createComposeBench, idle } from './compose-bench.ts';

const database = `
name: shop
services:
  db:
    image: postgres:17
    environment: { POSTGRES_PASSWORD: not-in-any-output }
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: { test: pg_isready -U postgres, interval: 1s }
  web:
    image: busybox
    command: ${idle}
    depends_on: { db: { condition: service_healthy } }
volumes: { data: {} }
`;

function two({ value = 'one', admin = true } = {}): string {
  return `
name: shop
services:
  web:
    image: busybox
    command: ${idle}
    environment: { API_TOKEN: secret-${value} }
    stop_grace_period: 1s
${admin ? `  admin: { image: busybox, command: httpd -f -p 80 -h /tmp, expose: ['80'], stop_grace_period: 1s }` : ''}
`;
}

async function namesOf({ namespace }: ComposeBench, kind: string): Promise<readonly string[]> {
  const names = 'jsonpath={.items[*].metadata.name}';
  const text = await namespace.kubectl('get', kind, '--output', names);
  return text.split(' ').filter((name) => name !== '');
}

async function podsOf(bench: ComposeBench): Promise<readonly string[]> {
  return (await namesOf(bench, 'pods')).toSorted();
}

describe.skipIf(!(await hasKubernetesBed()))('changes to what runs on a cluster', () => {
  test('a database on a claim keeps its data while everything around it goes and comes back', async () => {
    const { bowline } = await createComposeBench(database);
    expect(await bowline(['up', '-d'])).toMatchObject({ code: 0 });
    const sql = (text: string) =>
      bowline(['exec', '-T', 'db', 'psql', '-U', 'postgres', '-tAc', text]);
    expect(await sql('create table shop as select 42 as id')).toMatchObject({ code: 0 });
    expect(await bowline(['down'])).toMatchObject({ code: 0 });
    expect(await bowline(['up', '-d'])).toMatchObject({ code: 0 });
    expect((await sql('select id from shop')).stdout).toBe('42\n');
  });

  test('what neither the version that runs nor the one before it has is taken away', async () => {
    const bench = await createComposeBench(two());
    const secrets = async (): Promise<number> =>
      (await namesOf(bench, 'secrets')).filter((name) => name.startsWith('web-env-')).length;
    const counts: number[] = [];
    for (const value of ['one', 'two', 'three', 'four']) {
      bench.write(two({ value }));
      expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
      counts.push(await secrets());
    }
    expect(counts).toEqual([1, 2, 2, 2]);
    expect((await bench.bowline(['up', '-d'])).stderr).toMatch('nothing has changed');
    await bench.namespace.kubectl('rollout', 'undo', 'deployment/web');
    await bench.namespace.kubectl('rollout', 'status', 'deployment/web');
  });

  test('what a service had that is no longer in the file stays until it is asked for', async () => {
    const bench = await createComposeBench(two());
    await bench.bowline(['up', '-d']);
    bench.write(two({ admin: false, value: 'two' }));
    const kept = await bench.bowline(['up', '-d']);
    expect(kept.stderr).toMatch('--remove-orphans takes them down');
    expect(await namesOf(bench, 'services,deployments')).toContain('admin');
    expect(await bench.bowline(['up', '-d', '--remove-orphans'])).toMatchObject({ code: 0 });
    expect(await namesOf(bench, 'services,deployments,serviceaccounts')).not.toContain('admin');
    expect((await bench.bowline(['up', '-d', '--remove-orphans'])).stderr).toMatch(
      'nothing has changed',
    );
  });

  test('a field that another program has set is named with its program, and taken over when asked to', async () => {
    const bench = await createComposeBench(two({ admin: false }));
    await bench.bowline(['up', '-d']);
    const { kubectl } = bench.namespace;
    await kubectl('set', 'image', 'deployment/web', 'web=postgres:17');
    bench.write(two({ admin: false, value: 'two' }));
    const refused = await bench.bowline(['up', '-d']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /Deployment\/web: kubectl-set has set spec\.template\.spec\.containers.*image/,
    );
    expect(refused.stderr).toMatch(/at compose\.yaml:4:3/);
    expect(refused.stderr).toMatch('--force-conflicts');
    const image = 'jsonpath={.spec.template.spec.containers[0].image}';
    expect(await kubectl('get', 'deployment/web', '--output', image)).toBe('postgres:17');
    expect(await bench.bowline(['up', '-d', '--force-conflicts'])).toMatchObject({ code: 0 });
    expect(await kubectl('get', 'deployment/web', '--output', image)).toBe('busybox');
  });

  test('what was scaled is stopped, started and restarted as it was, whatever the file says by now', async () => {
    const bench = await createComposeBench(two({ admin: false }));
    expect(await bench.bowline(['up', '-d', '--scale', 'web=3'])).toMatchObject({ code: 0 });
    expect(await podsOf(bench)).toHaveLength(3);
    bench.write(two({ admin: false, value: 'other' }));
    const secrets = await namesOf(bench, 'secrets');
    expect(await bench.bowline(['stop'])).toMatchObject({ code: 0 });
    expect(await podsOf(bench)).toHaveLength(0);
    expect(await bench.bowline(['start'])).toMatchObject({ code: 0 });
    await expect.poll(() => podsOf(bench), { timeout: 20_000 }).toHaveLength(3);
    const started = await podsOf(bench);
    expect(await bench.bowline(['restart'])).toMatchObject({ code: 0 });
    await expect
      .poll(async () => (await podsOf(bench)).filter((name) => started.includes(name)), {
        timeout: 20_000,
      })
      .toEqual([]);
    expect(await namesOf(bench, 'secrets')).toEqual(secrets);
    expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
    await expect.poll(async () => (await podsOf(bench)).length, { timeout: 20_000 }).toBe(1);
  });

  test('a command that finds another at work leaves with exit code 4 and names it', async () => {
    const bench = await createComposeBench(two({ admin: false }));
    const holder = { command: 'deploy', pid: 7, host: 'ci-3', sinceMs: Date.now(), system: 'x' };
    await bench.namespace.apply({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: 'bowline-shop',
        annotations: { 'bowline/holder': JSON.stringify(holder) },
      },
      spec: {
        holderIdentity: 'other',
        leaseDurationSeconds: 60,
        renewTime: new Date().toISOString().replace('Z', '000Z'),
      },
    });
    const refused = await bench.bowline(['up', '-d', '--no-wait-lease']);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch('"bowline deploy" (process 7 on ci-3)');
    expect(await podsOf(bench)).toEqual([]);
  });

  test('commands about containers say who does that on a cluster', async () => {
    const bench = await createComposeBench(two({ admin: false }));
    for (const command of ['pull', 'kill', 'images']) {
      const { code, stderr } = await bench.bowline([command]);
      expect({ command, code }).toEqual({ command, code: 1 });
      expect(stderr).toMatch(/cluster|pod/);
    }
  });
});
