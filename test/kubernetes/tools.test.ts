import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { createComposeBench, idle } from './compose-bench.ts';

const file = `
name: shop
services:
  web: { image: busybox, command: ${idle}, stop_grace_period: 1s }
  other: { image: busybox, command: ${idle}, stop_grace_period: 1s }
`;

describe.skipIf(!(await hasKubernetesBed()))('what is done with pods as with containers', () => {
  test('files and folders are copied into a pod and out of it', async () => {
    const { bowline, cwd } = await createComposeBench(file);
    expect(await bowline(['up', '-d'])).toMatchObject({ code: 0 });
    mkdirSync(join(cwd, 'seed/below'), { recursive: true });
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
    writeFileSync(join(cwd, 'seed/below/a b.bin'), bytes);
    expect(await bowline(['cp', 'seed', 'web:/tmp'])).toMatchObject({ code: 0 });
    expect(await bowline(['cp', 'web:/tmp/seed/', 'back'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'back/below/a b.bin')).equals(bytes)).toBe(true);
    const none = await bowline(['cp', 'web:/tmp/none', 'back']);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('service/not-copied');
    expect(readdirSync(join(cwd, 'back'))).toEqual(['below']);
  });

  test('the processes of pods are listed, of all services or of one', async () => {
    const { bowline } = await createComposeBench(file);
    expect(await bowline(['up', '-d'])).toMatchObject({ code: 0 });
    const all = await bowline(['top']);
    expect(all.stdout).toMatch(
      /^web-\S+\nPID +PPID +UID +COMMAND\n1 +0 +\d+ +sh -c trap exit TERM/m,
    );
    expect(all.stdout).toMatch(/^other-/m);
    expect((await bowline(['top', 'other'])).stdout).not.toMatch(/^web-/m);
  });

  test('what pods use is shown as the cluster measures it', async () => {
    const { bowline } = await createComposeBench(file);
    expect(await bowline(['up', '-d'])).toMatchObject({ code: 0 });
    await expect
      .poll(async () => (await bowline(['stats', 'web'])).stdout, {
        timeout: 90_000,
        interval: 2000,
      })
      .toMatch(/^NAME +CPU +MEMORY +LIMIT +PROCESSES\nweb-\S+ +\d+\.\d\d % +[\d.]+ \S+ +\S.*\n$/);
  });

  test('what happens is told from now on, of the services that were asked for', async () => {
    const { bowline, namespace, start } = await createComposeBench(file);
    expect(await bowline(['up', '-d'])).toMatchObject({ code: 0 });
    const events = start(['events', 'web']);
    // Nothing says when it listens: something happens until it was heard.
    await expect
      .poll(
        async () => {
          for (const service of ['other', 'web'])
            await namespace.kubectl('delete', 'pod', '-l', `app.kubernetes.io/name=${service}`);
          return events.output();
        },
        { timeout: 60_000, interval: 1000 },
      )
      .toMatch(/ Pod\/web-\S+ (Killing|Scheduled|Created|Started) /);
    events.child.kill('SIGINT');
    expect((await events.ended).stdout).not.toContain('/other-');
  });
});
