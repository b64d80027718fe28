import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { hasPodmanBed } from '../beds/has-bed.ts';
import { podmanSocket } from '../beds/layout.ts';
import { podmanCommand } from '../beds/podman/engine.ts';
import { migratingFile } from '../engine/migrating-file.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';

interface Place {
  readonly machine: Sandbox;
  readonly name: string;
  readonly cwd: string;
}

/** A project that nobody else has and of which nothing is left. */
async function onPodman(
  fileFor: (name: string) => string,
  act: (place: Place) => Promise<void>,
): Promise<void> {
  await using machine = await createSandbox({
    environment: { DOCKER_HOST: `unix://${podmanSocket}`, BOWLINE_ENGINE: 'docker' },
  });
  const name = `bed-test-${randomUUID()}`;
  const cwd = await machine.write({ 'compose.yaml': fileFor(name) });
  try {
    await act({ machine, name, cwd });
  } finally {
    await machine.run(['down', '--volumes', '--yes'], { cwd });
  }
  const label = `--filter=label=com.docker.compose.project=${name}`;
  expect(await podmanCommand(['ps', '--all', '--quiet', label])).toBe('');
  expect(await podmanCommand(['volume', 'ls', '--quiet', label])).toBe('');
}

const runs = async ({ machine, cwd }: Place): Promise<string> =>
  (await machine.run(['exec', '-T', 'web', 'cat', '/data/runs'], { cwd })).stdout;

describe.skipIf(!(await hasPodmanBed()))('a release task on Podman', () => {
  test('runs once a version before that serves, and is kept with what it wrote', async () => {
    const script = 'echo $$WORD >> /data/runs; echo migrated $$WORD\n';
    await onPodman(
      (name) => migratingFile(name, script),
      async (place) => {
        const { machine, cwd } = place;
        const up = await machine.run(['up', '-d'], { cwd });
        expect(up.code, up.stderr).toBe(0);
        expect(up.stderr).toContain('migrated first');
        const again = await machine.run(['up', '-d'], { cwd });
        expect(again.stderr).toContain('nothing has changed');
        const environment = { WORD: 'second' };
        expect(await machine.run(['up', '-d'], { cwd, environment })).toMatchObject({ code: 0 });
        expect(await runs(place)).toBe('first\nsecond\n');
        const logs = await machine.run(['logs', '--task', '--no-log-prefix'], { cwd });
        expect(logs.stdout).toBe('migrated second\n');
      },
    );
  });

  test('that fails leaves the version before serving, and is told with its code and last words', async () => {
    const script = 'echo run >> /data/runs; [ $$WORD = first ] || { echo no column; exit 7; }\n';
    await onPodman(
      (name) => migratingFile(name, script),
      async (place) => {
        const { machine, name, cwd } = place;
        expect(await machine.run(['up', '-d'], { cwd })).toMatchObject({ code: 0 });
        const idOf = ['inspect', '--format', '{{.Id}}', `${name}-web-1`];
        const before = await podmanCommand(idOf);
        const environment = { WORD: 'second' };
        const failed = await machine.run(['up', '-d'], { cwd, environment });
        expect(failed.code, failed.stderr).toBe(6);
        expect(failed.stderr).toContain('exited with code 7');
        expect(failed.stderr).toContain('no column');
        expect(await podmanCommand(idOf)).toBe(before);
        expect(await runs(place)).toBe('run\nrun\n');
      },
    );
  });

  test('goes on when its command is killed, and the next one waits for it', async () => {
    const script =
      'echo run >> /data/runs; echo begun; until [ -e /data/go ]; do sleep 0.1; done; echo over\n';
    await onPodman(
      (name) => migratingFile(name, script),
      async (place) => {
        const { machine, name, cwd } = place;
        const killed = machine.start(['up', '-d'], { cwd });
        await killed.says('begun');
        killed.child.kill('SIGKILL');
        await killed.ended;
        const next = machine.start(['up', '-d'], { cwd });
        await next.says('begun');
        await podmanCommand(['exec', `${name}-web-1-task`, 'touch', '/data/go']);
        const { code, stderr } = await next.ended;
        expect(code, stderr).toBe(0);
        expect(stderr).toContain('over');
        expect(await runs(place)).toBe('run\n');
      },
    );
  });

  test('for each copy is run before that starts, and keeps it from starting when it fails', async () => {
    const before = (line: string): object => ({
      command: 'sleep 1000',
      pre_start: [{ command: ['sh', '-c', line], per_replica: true, environment: { X: 'own' } }],
    });
    await onPodman(
      (name) => migratingFile(name, 'true', before('echo $$WORD $$X | tee -a /data/runs')),
      async (place) => {
        const { machine, name, cwd } = place;
        const up = await machine.run(['up', '-d', '--scale', 'web=2'], { cwd });
        expect(up.code, up.stderr).toBe(0);
        expect(await runs(place)).toBe('first own\nfirst own\n');
        const failing = migratingFile(name, 'true', before('echo no licence; exit 3'));
        await machine.write({ 'compose.yaml': failing });
        const failed = await machine.run(['up', '-d'], { cwd });
        expect(failed.code, failed.stderr).toBe(1);
        expect(failed.stderr).toContain('no licence');
        expect(failed.stderr).toContain('docker/hook-failed');
      },
    );
  });
});
