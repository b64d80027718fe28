import { describe, expect, test } from 'vitest';

import { until } from '../rig/http.ts';
import { containersOf } from './containers.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

const SERVE = 'mkdir /page && echo served >/page/index.html && exec httpd -f -p 80 -h /page';

/** Containers reach each other and are reached, and their data outlives them. */
export function containerFacts(engine: EngineUnderTest): void {
  const { client } = engine;
  const { addressOf, createNetwork, createVolume, run, start } = containersOf(engine);

  describe.skipIf(!engine.isUp)(`containers of the ${engine.title}`, () => {
    test('the exit code of a container is its command’s', async () => {
      const name = await start(['busybox', 'sh', '-c', 'exit 7']);
      expect(await client(['wait', name])).toBe('7\n');
    });

    test('a published port answers on loopback', async () => {
      const name = await start(['--publish', '127.0.0.1::80', 'busybox', 'sh', '-c', SERVE]);
      const address = await addressOf(name, 80);
      expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
      const { body } = await until(`http://${address}/`, ({ status }) => status === 200);
      expect(body).toBe('served\n');
    });

    test('a named volume keeps what a container wrote for the next one', async () => {
      const mount = `--volume=${await createVolume()}:/data`;
      await run([mount, 'busybox', 'sh', '-c', 'echo kept >/data/file']);
      expect(await run([mount, 'busybox', 'cat', '/data/file'])).toBe('kept\n');
    });

    test('containers on a network find each other by name and by alias', async () => {
      const network = ['--network', await createNetwork()];
      const alias = ['--network-alias', 'web'];
      const name = await start([...network, ...alias, 'busybox', 'sh', '-c', SERVE]);
      for (const host of [name, 'web']) {
        const get = `until wget -q -O - http://${host}/; do sleep 0.1; done`;
        const args = [...network, 'busybox', 'timeout', '30', 'sh', '-c', get];
        expect(await run(args)).toBe('served\n');
      }
    });

    test('a container on another network does not find them', async () => {
      const hidden = await start(['--network', await createNetwork(), 'busybox', 'sleep', '600']);
      const network = ['--network', await createNetwork()];
      const asked = run([...network, 'busybox', 'wget', `http://${hidden}/`]);
      await expect(asked).rejects.toThrow('bad address');
    });
  });
}
