import { once } from 'node:events';
import { connect } from 'node:net';

import { describe, expect, test } from 'vitest';

import { podmanCommand } from '../beds/podman/engine.ts';
import { containersOf } from '../engine/containers.ts';
import { podmanUnderTest } from '../engine/engine-under-test.ts';

const engine = await podmanUnderTest();
const { addressOf, run, start } = containersOf(engine);

const version = engine.isUp
  ? (await podmanCommand(['version', '--format', '{{.Server.Version}}'])).trim()
  : '';
const isKnown = version.startsWith('4.3.');
// oxlint-disable-next-line no-console -- a test that does not run must say so
if (engine.isUp && !isKnown) console.warn(`SKIPPED: what Podman 4.3 does otherwise: ${version}`);

/** What the engine for Docker must reckon with: the same request, another answer. */
describe.skipIf(!isKnown)('otherwise than Docker, Podman 4.3', () => {
  test('gives containers a root that is an ordinary user of the machine', async () => {
    const map = await run(['busybox', 'cat', '/proc/self/uid_map']);
    expect(map.trim().split(/\s+/).slice(0, 3)).toEqual(['0', '700000000', '1']);
  });

  test('loses the exit code of a container that is removed when it ends', async () => {
    const removed = podmanCommand(['run', '--rm', 'busybox', 'sh', '-c', 'exit 7']);
    await expect(removed).resolves.toBe('');
  });

  test('cannot build with BuildKit', async () => {
    const environment = { DOCKER_BUILDKIT: '1' };
    const built = podmanCommand(['build', '--quiet', '-'], { input: 'FROM busybox', environment });
    await expect(built).rejects.toThrow(/session|not.found|404|no such file/i);
  });

  test('keeps to no limit of memory where control groups are of version 1', async () => {
    const name = await start(['--memory', '64m', 'busybox', 'sleep', '600']);
    const path = '/sys/fs/cgroup/memory/memory.limit_in_bytes';
    const limit = Number(await podmanCommand(['exec', name, 'cat', path]));
    expect(limit).toBeGreaterThan(2 ** 40);
  });

  test('says nothing of the health of a container that has no healthcheck', async () => {
    const name = await start(['busybox', 'sleep', '600']);
    const format = '{{.State.Health.Status}}';
    expect(await podmanCommand(['inspect', '--format', format, name])).toBe('\n');
  });

  test('has a proxy that takes a connection to a port that nobody listens at, and closes it', async () => {
    const name = await start(['--publish', '127.0.0.1::80', 'busybox', 'sleep', '600']);
    const [host, port] = (await addressOf(name, 80)).split(':');
    const socket = connect(Number(port), host);
    await once(socket, 'connect');
    await once(socket.resume(), 'close');
    expect(socket.bytesRead).toBe(0);
  });
});
