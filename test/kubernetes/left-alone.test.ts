import { describe, expect, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { createComposeBench, idle } from './compose-bench.ts';

const NOTHING = 'nothing has changed';

const managed = (host: string): string => `
name: shop
x-bowline:
  environments:
    production: { engine: kubernetes, external: { db: { host: ${host}, port: 5432 } } }
services:
  db: { image: 'postgres:17', environment: { POSTGRES_PASSWORD: not-in-any-output } }
  web: { image: busybox, command: ${idle}, stop_grace_period: 1s, depends_on: [db] }
`;

const web = (more = ''): string => `
name: shop
services:
  web: { image: busybox, command: ${idle}, stop_grace_period: 1s${more} }
`;

const replicas = ['get', 'deployment/web', '--output', 'jsonpath={.spec.replicas}'] as const;

describe.skipIf(!(await hasKubernetesBed()))('what is not ours on a cluster', () => {
  test('a database elsewhere is nothing to do while its name leads there, and follows the file', async () => {
    const bench = await createComposeBench(managed('db.example.com'));
    const up = () => bench.bowline(['-E', 'production', 'up', '-d']);
    expect(await up()).toMatchObject({ code: 0 });
    expect((await up()).stderr).toMatch(NOTHING);
    bench.write(managed('other.example.com'));
    expect(await up()).toMatchObject({ code: 0 });
    const leads = ['get', 'service/db', '--output', 'jsonpath={.spec.externalName}'];
    expect(await bench.namespace.kubectl(...leads)).toBe('other.example.com');
    expect((await up()).stderr).toMatch(NOTHING);
    await bench.namespace.kubectl('delete', 'service/db');
    expect(await up()).toMatchObject({ code: 0 });
    expect(await bench.namespace.kubectl(...leads)).toBe('other.example.com');
    expect(await bench.bowline(['-E', 'production', 'down'])).toMatchObject({ code: 0 });
    expect(await bench.namespace.kubectl('get', 'services', '--output', 'name')).toBe('');
  });

  test('the pods of a service in the network of another one are nothing to do', async () => {
    const bench = await createComposeBench(`
name: shop
services:
  web: { image: busybox, command: ${idle}, stop_grace_period: 1s }
  proxy: { image: busybox, command: ${idle}, stop_grace_period: 1s, network_mode: 'service:web' }
`);
    expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
    expect((await bench.bowline(['up', '-d'])).stderr).toMatch(NOTHING);
  });

  test('as many copies as another program wants stay, through up, stop and start, and through a new version', async () => {
    const bench = await createComposeBench(web());
    const { kubectl } = bench.namespace;
    const up = () => bench.bowline(['up', '-d']);
    expect(await up()).toMatchObject({ code: 0 });
    await kubectl('scale', 'deployment/web', '--replicas=3');
    await kubectl('rollout', 'status', 'deployment/web');
    expect((await up()).stderr).toMatch(NOTHING);
    bench.write(web(', environment: { A: b }'));
    expect(await up()).toMatchObject({ code: 0 });
    expect(await kubectl(...replicas)).toBe('3');
    expect(await bench.bowline(['stop'])).toMatchObject({ code: 0 });
    expect(await bench.bowline(['start'])).toMatchObject({ code: 0 });
    expect(await kubectl(...replicas)).toBe('3');
    await kubectl('rollout', 'status', 'deployment/web');
    expect((await up()).stderr).toMatch(NOTHING);
    await kubectl('scale', 'deployment/web', '--replicas=0');
    await kubectl('wait', '--for=delete', 'pod', '--all', '--timeout=30s');
    expect((await up()).stderr).toMatch(NOTHING);
  });

  test('a number of copies that is written is ours: who has set another one is named', async () => {
    const bench = await createComposeBench(web(', deploy: { replicas: 2 }'));
    const { kubectl } = bench.namespace;
    expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
    await kubectl('scale', 'deployment/web', '--replicas=1');
    await kubectl('rollout', 'status', 'deployment/web');
    const refused = await bench.bowline(['up', '-d']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Deployment\/web: kubectl has set spec\.replicas/);
    expect(await bench.bowline(['up', '-d', '--force-conflicts'])).toMatchObject({ code: 0 });
    expect(await kubectl(...replicas)).toBe('2');
  });

  test('what runs on each machine is stopped, told as stopped, and comes back', async () => {
    const bench = await createComposeBench(web(', deploy: { mode: global }'));
    const { kubectl } = bench.namespace;
    const pods = () => kubectl('get', 'pods', '--output', 'name');
    expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
    expect((await bench.bowline(['up', '-d'])).stderr).toMatch(NOTHING);
    for (const again of ['start', 'up']) {
      expect(await bench.bowline(['stop'])).toMatchObject({ code: 0 });
      expect(await pods()).toBe('');
      expect((await bench.bowline(['ps', '--all'])).stdout).toMatch(/web.*exited/i);
      expect(await bench.bowline(again === 'up' ? ['up', '-d'] : [again])).toMatchObject({
        code: 0,
      });
      await kubectl('rollout', 'status', 'daemonset/web');
      expect(await pods()).toMatch(/^pod\/web-\S+\n$/);
    }
    expect((await bench.bowline(['up', '-d'])).stderr).toMatch(NOTHING);
  });

  test('a StatefulSet can go back to the version before: what that names is kept', async () => {
    const file = (value: string): string => `
name: shop
services:
  web:
    image: busybox
    command: ${idle}
    stop_grace_period: 1s
    environment: { API_TOKEN: secret-${value} }
    volumes: [data:/data]
volumes: { data: {} }
`;
    const bench = await createComposeBench(file('one'));
    const { kubectl } = bench.namespace;
    const secrets = async (): Promise<number> =>
      (await kubectl('get', 'secrets', '--output', 'name')).split('web-env-').length - 1;
    const counts: number[] = [];
    for (const value of ['one', 'two', 'three']) {
      bench.write(file(value));
      expect(await bench.bowline(['up', '-d'])).toMatchObject({ code: 0 });
      counts.push(await secrets());
    }
    expect(counts).toEqual([1, 2, 2]);
    await kubectl('rollout', 'undo', 'statefulset/web');
    await kubectl('rollout', 'status', 'statefulset/web', '--timeout=60s');
  });
});
