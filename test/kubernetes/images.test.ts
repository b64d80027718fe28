import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { dockerSocket, folderOf, kubernetes, registry } from '../beds/layout.ts';
import { type ComposeBench, createComposeBench } from './compose-bench.ts';
import { leaveNoImages } from './images-left.ts';

const docker = { DOCKER_HOST: `unix://${dockerSocket}` };
const containerd = {
  ...docker,
  CONTAINERD_ADDRESS: join(folderOf(kubernetes), 'containerd.sock'),
};

/** A page that is built here, under a name that no other test has. */
async function createPage(): Promise<ComposeBench & { readonly build: (page: string) => void }> {
  const name = `bowline-test-${Date.now()}-${process.pid}`;
  const bench = await createComposeBench(`
name: ${name}
services:
  web:
    build: .
    stop_grace_period: 1s
    expose: ['8000']
`);
  await leaveNoImages((each) => each.includes(name) || each.includes(bench.namespace.name));
  return {
    ...bench,
    build: (page) => {
      const command = JSON.stringify(['httpd', '-f', '-p', '8000', '-h', '/page']);
      const file = `FROM busybox\nRUN mkdir /page && echo ${page} >/page/index.html\nCMD ${command}\n`;
      writeFileSync(join(bench.cwd, 'Dockerfile'), file);
    },
  };
}

async function pageOf({ namespace }: ComposeBench): Promise<string> {
  const port = await namespace.forward('service/web', 8000);
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

async function imageOf({ namespace }: ComposeBench): Promise<string> {
  const image = 'jsonpath={.spec.template.spec.containers[0].image}';
  return namespace.kubectl('get', 'deployment/web', '--output', image);
}

describe.skipIf(!(await hasKubernetesBed()))('what is built here and runs on a cluster', () => {
  test('is refused before anything is built where nothing says how it gets there', async () => {
    const { bowline, namespace, build } = await createPage();
    build('one');
    const refused = await bowline(['up', '-d'], docker);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/compose\.yaml:5:\d+: error: web is built here/);
    expect(refused.stderr).toMatch('kubernetes/no-registry');
    expect(await namespace.kubectl('get', 'lease,deployment', '--output', 'name')).toBe('');
  });

  test('is pushed to the registry and runs by its digest; what has changed is rolled out', async () => {
    const bench = await createPage();
    const up = (...more: readonly string[]) =>
      bench.bowline(
        ['up', '-d', '--registry', `${registry}/${bench.namespace.name}`, ...more],
        docker,
      );
    bench.build('one');
    expect(await up()).toMatchObject({ code: 0 });
    expect(await pageOf(bench)).toBe('one\n');
    expect(await imageOf(bench)).toMatch(/\/web:[0-9a-f]{12}@sha256:[0-9a-f]{64}$/);
    expect((await up()).stderr).toMatch('nothing has changed');
    bench.build('two');
    expect((await up()).stderr).toMatch('nothing has changed');
    expect(await up('--build')).toMatchObject({ code: 0 });
    expect(await pageOf(bench)).toBe('two\n');
  });

  test('is loaded into containerd where there is no registry, and not again', async () => {
    const bench = await createPage();
    const up = () => bench.bowline(['up', '-d', '--load', 'containerd'], containerd);
    bench.build('loaded');
    const first = await up();
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toMatch(/web:[0-9a-f]{12}: loaded/);
    expect(await pageOf(bench)).toBe('loaded\n');
    const again = await up();
    expect(again.stderr).toMatch('nothing has changed');
    expect(again.stderr).not.toMatch(': loaded');
  });

  test('is not rolled out where the program that loads it fails, whose words are shown', async () => {
    const bench = await createPage();
    bench.build('one');
    const load = 'cat >/dev/null; echo no room left >&2; exit 3';
    const failed = await bench.bowline(['up', '-d', '--load', load], docker);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch('no room left');
    expect(failed.stderr).toMatch('kubernetes/load-failed');
    expect(await bench.namespace.kubectl('get', 'deployment', '--output', 'name')).toBe('');
  });
});
