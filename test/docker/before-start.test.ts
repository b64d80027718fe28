import { describe, expect, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { containersOf, dockerSandbox } from './sandbox.ts';

/** Two copies, each of which has something prepared on a volume that both see. */
function fileOf(name: string, command: string, more: object = {}): string {
  return JSON.stringify({
    name,
    services: {
      web: {
        image: 'busybox',
        command: 'sh -c "cat /data/prepared && exec sleep 1000"',
        environment: { OF_SERVICE: 'service' },
        volumes: ['data:/data'],
        stop_signal: 'SIGKILL',
        deploy: { replicas: 2 },
        pre_start: [{ command: ['sh', '-c', command], per_replica: true, ...more }],
      },
    },
    volumes: { data: {} },
  });
}

describe.skipIf(!(await hasDockerBed()))('pre_start for each copy on Docker', () => {
  test('is run once for each new copy, in the surroundings of the service and its own', async () => {
    await using machine = await dockerSandbox();
    const name = 'bed-test-before';
    const line = 'echo "$$OF_SERVICE $$OF_HOOK $$(pwd) $$(id -u)" | tee -a /data/prepared';
    const more = { environment: { OF_HOOK: 'hook' }, working_dir: '/tmp', user: '7' };
    const own = 'touch /data/prepared; chmod 666 /data/prepared';
    const file: { services: { web: { pre_start: object[] } } } = JSON.parse(
      fileOf(name, line, more),
    );
    file.services.web.pre_start.unshift({ command: ['sh', '-c', own], per_replica: true });
    const cwd = await machine.write({ 'compose.yaml': JSON.stringify(file) });
    try {
      const up = await machine.run(['up', '-d'], { cwd });
      expect(up.code, up.stderr).toBe(0);
      const prepared = async () =>
        (await machine.run(['exec', '-T', 'web', 'cat', '/data/prepared'], { cwd })).stdout;
      const said = 'service hook /tmp 7\n';
      expect(await prepared()).toBe(said.repeat(2));
      expect(up.stderr).toContain('service hook /tmp 7');
      expect(await containersOf(name)).toHaveLength(2);
      // What is unchanged, or was stopped and is started again, has been prepared.
      for (const command of [['up', '-d'], ['stop'], ['start'], ['up', '-d']])
        expect(await machine.run(command, { cwd })).toMatchObject({ code: 0 });
      expect(await prepared()).toBe(said.repeat(2));
      await machine.run(['up', '-d', '--scale', 'web=3'], { cwd });
      expect(await prepared()).toBe(said.repeat(3));
    } finally {
      await machine.run(['down', '--volumes', '--yes'], { cwd });
    }
    expect(await dockerCommand(['ps', '--all', '--quiet', `--filter=name=${name}`])).toBe('');
  });

  test('that fails keeps the copy from starting, and is tried again', async () => {
    await using machine = await dockerSandbox();
    const name = 'bed-test-unready';
    const command = 'echo "no licence in /data"; exit 3';
    const cwd = await machine.write({ 'compose.yaml': fileOf(name, command) });
    try {
      for (const attempt of ['first', 'second']) {
        const up = await machine.run(['up', '-d'], { cwd });
        expect(up.code, attempt).toBe(1);
        expect(up.stderr).toContain('docker/hook-failed');
        expect(up.stderr).toContain('no licence in /data');
        expect(up.stderr).toContain('exited with code 3');
        const running = `--filter=label=com.docker.compose.project=${name}`;
        expect(await dockerCommand(['ps', '--quiet', running])).toBe('');
      }
    } finally {
      await machine.run(['down', '--volumes', '--yes'], { cwd });
    }
    expect(await containersOf(name)).toEqual([]);
  });
});
