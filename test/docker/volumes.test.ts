import { describe, expect, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSandbox } from './sandbox.ts';

const compose = {
  name: 'journey-volumes',
  services: {
    writer: {
      image: 'busybox',
      command: "sh -c 'head -c 300000 /dev/zero >/data/file; exec sleep 1000'",
      stop_signal: 'SIGKILL',
      volumes: ['data:/data', 'outside:/outside', '/unnamed'],
    },
    reader: {
      image: 'busybox',
      command: 'sleep 1000',
      stop_signal: 'SIGKILL',
      volumes: ['data:/data:ro'],
    },
  },
  volumes: { data: {}, outside: { external: true, name: 'journey-outside' }, unused: {} },
};

describe.skipIf(!(await hasDockerBed()))('volumes on Docker', () => {
  test('are listed with who has them, where they are and how much is in them', async () => {
    await dockerCommand(['volume', 'create', 'journey-outside']);
    await using machine = await dockerSandbox();
    const cwd = await machine.write({ 'compose.yaml': JSON.stringify(compose) });
    try {
      const up = await machine.run(['up', '-d'], { cwd });
      expect(up.code, up.stderr).toBe(0);
      const { stdout } = await machine.run(['volumes', '--json'], { cwd });
      const [data, outside, unnamed, ...rest] = JSON.parse(stdout);
      expect(rest).toEqual([]);
      expect(data).toEqual({
        name: 'journey-volumes_data',
        services: ['writer', 'reader'],
        state: 'present',
        isExternal: false,
        class: 'local',
        place: expect.stringMatching(/\/volumes\/journey-volumes_data\/_data$/),
        used: { kind: 'counted', bytes: 300_000 },
      });
      expect(outside).toMatchObject({ name: 'journey-outside', isExternal: true });
      expect(unnamed).toMatchObject({ services: ['writer'], state: 'present' });
      const { stdout: quiet } = await machine.run(['volumes', '-q', 'reader'], { cwd });
      expect(quiet).toBe('journey-volumes_data\n');
      expect((await machine.run(['down', '-v', '--yes'], { cwd })).code).toBe(0);
    } finally {
      await machine.run(['down', '-v', '--yes'], { cwd });
      await dockerCommand(['volume', 'rm', 'journey-outside']);
    }
  });
});
