import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { until } from '../rig/http.ts';
import { containersOf, dockerSandbox, inspect } from './sandbox.ts';

const SLOW_DATABASE = {
  image: 'busybox',
  command: ['sh', '-c', 'sleep 1; touch /ok; echo up; exec sleep 1000'],
  healthcheck: { test: 'test -f /ok', interval: '30s' },
  stop_signal: 'SIGKILL',
};
const SLEEPER = { image: 'busybox', command: ['sleep', '1000'], stop_signal: 'SIGKILL' };

function compose(name: string, rest: object): string {
  return JSON.stringify({ name, ...rest });
}

describe.skipIf(!(await hasDockerBed()))('the Docker engine', () => {
  test('releases what waits for a healthy service when it is healthy, not after its interval', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({
      'compose.yaml': compose('docker-gate', {
        services: {
          db: SLOW_DATABASE,
          migrate: {
            image: 'busybox',
            command: 'echo migrated',
            depends_on: { db: { condition: 'service_healthy' } },
          },
          web: {
            ...SLEEPER,
            depends_on: { migrate: { condition: 'service_completed_successfully' } },
          },
        },
      }),
    });
    const beganMs = performance.now();
    const { code, stderr } = await machine.run(['up', '-d'], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(performance.now() - beganMs).toBeLessThan(20_000);

    const { stdout } = await machine.run(['ps', '-a', '--json'], { cwd });
    const states = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const { Name, State, Health } = JSON.parse(line);
        return [Name, State, Health];
      });
    expect(states).toEqual([
      ['docker-gate-db-1', 'running', 'healthy'],
      ['docker-gate-migrate-1', 'exited', ''],
      ['docker-gate-web-1', 'running', ''],
    ]);

    const before = await containersOf('docker-gate');
    const again = await machine.run(['up', '-d'], { cwd });
    expect(again.stderr).toContain('nothing has changed');
    expect(await containersOf('docker-gate')).toEqual(before);
  });

  test('replaces what has changed and leaves the rest, also for a new content of a secret', async () => {
    await using machine = await dockerSandbox();
    const text = (value: string): string =>
      compose('docker-change', {
        services: {
          db: SLEEPER,
          web: {
            ...SLEEPER,
            secrets: ['word'],
            configs: [{ source: 'page', target: '/srv/page', mode: 0o440, uid: '7' }],
          },
        },
        secrets: { word: { environment: 'WORD' } },
        configs: { page: { content: 'hello\n' } },
        x: value,
      }).replace(',"x":""', '');
    const cwd = await machine.write({ 'compose.yaml': text('') });
    const up = (word: string) => machine.run(['up', '-d'], { cwd, environment: { WORD: word } });
    expect((await up('one')).code).toBe(0);
    const before = await containersOf('docker-change');

    const read = [
      'exec',
      '-T',
      'web',
      'sh',
      '-c',
      'cat /run/secrets/word /srv/page; stat -c %a:%u /srv/page',
    ];
    const asked = { cwd, environment: { WORD: 'one' } };
    expect((await machine.run(read, asked)).stdout).toBe('onehello\n440:7\n');

    expect((await up('two')).code).toBe(0);
    const after = await containersOf('docker-change');
    expect(after.filter((id) => before.includes(id))).toHaveLength(1);
    expect((await machine.run(read, { cwd, environment: { WORD: 'two' } })).stdout).toContain(
      'two',
    );
  });

  test('gives exec its input, its two outputs and its exit code', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({
      'compose.yaml': compose('docker-exec', { services: { web: SLEEPER } }),
    });
    await machine.run(['up', '-d'], { cwd });
    const command = 'cat; echo wrong >&2; echo "$WORD" in $(pwd); exit 7';
    const args = ['exec', '-T', '-e', 'WORD=given', '-w', '/tmp', 'web', 'sh', '-c', command];
    expect(await machine.run(args, { cwd, input: 'typed\n' })).toEqual({
      code: 7,
      stdout: 'typed\ngiven in /tmp\n',
      stderr: 'wrong\n',
    });
    const single = await machine.run(['run', '--rm', 'web', 'sh', '-c', 'hostname; exit 3'], {
      cwd,
    });
    expect(single.code).toBe(3);
    expect(await containersOf('docker-exec')).toHaveLength(1);
  });

  test('keeps an anonymous volume when its container is replaced', async () => {
    await using machine = await dockerSandbox();
    const text = (word: string): string =>
      compose('docker-volume', {
        services: { web: { ...SLEEPER, volumes: ['/kept'], environment: { WORD: word } } },
      });
    const cwd = await machine.write({ 'compose.yaml': text('one') });
    await machine.run(['up', '-d'], { cwd });
    await machine.run(['exec', '-T', 'web', 'touch', '/kept/mark'], { cwd });
    await machine.write({ 'compose.yaml': text('two') });
    await machine.run(['up', '-d', '--force-recreate'], { cwd });
    const { stdout } = await machine.run(
      ['exec', '-T', 'web', 'sh', '-c', 'ls /kept; echo $WORD'],
      { cwd },
    );
    expect(stdout).toBe('mark\ntwo\n');
    await machine.run(['down', '-v', '--yes'], { cwd });
    expect(await containersOf('docker-volume')).toEqual([]);
  });

  test('takes everything down in order and leaves volumes alone', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({
      'compose.yaml': compose('docker-down', {
        services: {
          db: { ...SLEEPER, volumes: ['data:/data'] },
          web: { ...SLEEPER, depends_on: ['db'], networks: ['front', 'default'] },
        },
        networks: { front: {} },
        volumes: { data: {} },
      }),
    });
    await machine.run(['up', '-d'], { cwd });
    const { stderr } = await machine.run(['down'], { cwd });
    expect(stderr.indexOf('web  stopped')).toBeLessThan(stderr.indexOf('db  stopped'));
    const left = async (kind: 'volume' | 'network'): Promise<string> =>
      dockerCommand([
        kind,
        'ls',
        '--quiet',
        '--filter',
        'label=com.docker.compose.project=docker-down',
      ]);
    expect(await left('network')).toBe('');
    expect((await left('volume')).trim()).toBe('docker-down_data');
    await machine.run(['down', '-v', '--yes'], { cwd });
    expect(await left('volume')).toBe('');
  });

  test('runs the example unchanged, and its page answers', async () => {
    await using machine = await dockerSandbox({ examplePorts: true });
    const cwd = await machine.copy('examples/status');
    const { code, stderr } = await machine.run(['-p', 'docker-example', 'up', '-d'], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { stdout } = await machine.run(['-p', 'docker-example', 'port', 'web', '8080'], { cwd });
    const { body } = await until(
      `http://localhost:${stdout.trim().split(':')[1] ?? ''}/`,
      ({ status }) => status === 200,
    );
    expect(body).toContain('<html');
    await machine.run(['-p', 'docker-example', 'down', '-v', '--yes'], { cwd });
  });
});

describe.skipIf(!(await hasDockerBed()))('what goes wrong on the Docker engine', () => {
  test.each([
    [
      'a program that ends at once',
      { image: 'busybox', command: ['sh', '-c', 'echo no such table; exit 3'] },
      'docker/exited',
      'no such table',
    ],
    [
      'a healthcheck that fails',
      {
        ...SLEEPER,
        healthcheck: { test: 'echo not yet; false', interval: '1s', retries: 1 },
      },
      'docker/unhealthy',
      'not yet',
    ],
    [
      'a program that is not there',
      { image: 'busybox', command: ['nowhere'] },
      'docker/cannot-start',
      'nowhere',
    ],
    [
      'a registry that is not there',
      { image: 'localhost:1/none:1' },
      'docker/no-network',
      'localhost:1',
    ],
    [
      'a step of a build',
      { build: { dockerfile_inline: 'FROM busybox\nRUN echo the reason && false\n' } },
      'docker/build-failed',
      'the reason',
    ],
  ])('%s is said with its reason', async (...[, service, code, reason]) => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({
      'compose.yaml': compose('docker-wrong', { services: { web: service } }),
    });
    const result = await machine.run(['up', '-d'], { cwd });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).toContain(reason);
  });

  test('a port that another program holds is said before anything is started', async () => {
    await using machine = await dockerSandbox();
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    try {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const cwd = await machine.write({
        'compose.yaml': compose('docker-port', {
          services: { web: { ...SLEEPER, ports: [`${port}:80`] } },
        }),
      });
      const { code, stderr } = await machine.run(['up', '-d'], { cwd });
      expect(code).toBe(1);
      expect(stderr).toContain('[docker/port-taken]');
      expect(await containersOf('docker-port')).toEqual([]);
    } finally {
      server.close();
    }
  });

  test('an engine that is not there ends the command with 5', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({
      'compose.yaml': compose('docker-none', { services: { web: SLEEPER } }),
    });
    const environment = { DOCKER_HOST: 'unix:///nowhere.sock' };
    const { code, stderr } = await machine.run(['up', '-d'], {
      cwd,
      environment,
      leavesNothing: true,
    });
    expect(code).toBe(5);
    expect(stderr).toContain('[docker/unreachable]');
  });

  test('a secret never comes out', async () => {
    await using machine = await dockerSandbox();
    const cwd = await machine.write({
      'compose.yaml': compose('docker-secret', {
        services: {
          web: { image: 'busybox', command: ['nowhere'], secrets: ['word'] },
          teller: {
            image: 'busybox',
            command: ['sh', '-c', 'cat /run/secrets/word; exit 3'],
            secrets: ['word'],
          },
        },
        secrets: { word: { environment: 'WORD' } },
      }),
    });
    const environment = { WORD: 'k9#very-secret' };
    const told = await machine.run(['up', '-d', 'teller'], { cwd, environment });
    expect(told.stderr).toContain('[docker/exited]');
    expect(told.stderr + told.stdout).not.toContain(environment.WORD);
    const { stderr, stdout } = await machine.run(['up', '-d'], { cwd, environment });
    expect(stderr + stdout).not.toContain(environment.WORD);
    expect(JSON.stringify(await inspect('docker-secret-web-1'))).not.toContain(environment.WORD);
  });
});
