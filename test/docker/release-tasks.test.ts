import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed } from '../beds/has-bed.ts';
import { dockerSocket } from '../beds/layout.ts';
import { dockerCompose } from '../conformance/toolchain.ts';
import { migratingFile } from '../engine/migrating-file.ts';
import { containersOf, dockerSandbox, inspect } from './sandbox.ts';

const isUp = await hasDockerBed();

/** Of the release tasks of a project: names, the last one first. */
async function tasksOf(project: string): Promise<readonly string[]> {
  const names = await dockerCommand([
    'ps',
    '--all',
    '--format={{.Names}}',
    '--filter=label=bowline.task',
    `--filter=label=com.docker.compose.project=${project}`,
  ]);
  return names.split('\n').filter(Boolean).toSorted().toReversed();
}

describe.skipIf(!isUp)('a release task on Docker', () => {
  test('leaves nothing to Docker Compose to do, and goes with its down', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-both';
    const cwd = await machine.write({
      'compose.yaml': migratingFile(name, 'echo run >> /data/runs; echo migrated\n'),
    });
    const compose = await dockerCompose();
    const other = (...args: readonly string[]) => {
      const env = { PATH: process.env['PATH'], HOME: cwd, DOCKER_HOST: `unix://${dockerSocket}` };
      const { status, stdout, stderr } = spawnSync(compose, args, { cwd, env, encoding: 'utf8' });
      return { status, text: stdout + stderr };
    };
    const up = await machine.run(['up', '-d'], { cwd });
    expect(up.code, up.stderr).toBe(0);
    expect(up.stderr).toContain('its command is split: "sh /migrate.sh" runs once before');
    const read = ['exec', '-T', 'web', 'cat', '/data/runs'];
    expect((await machine.run(read, { cwd })).stdout).toBe('run\n');
    const containers = await containersOf(name);
    expect(containers).toHaveLength(2);

    const again = other('up', '--detach');
    expect(again.status, again.text).toBe(0);
    expect(again.text).not.toContain('orphan');
    expect(await containersOf(name)).toEqual(containers);
    expect(other('ps', '--all', '--format', '{{.Name}}').text).toBe(`${name}-web-1\n`);
    expect((await machine.run(['ps', '-a', '-q'], { cwd })).stdout).toBe(`${name}-web-1\n`);
    expect((await machine.run(['up', '-d'], { cwd })).stderr).toContain('nothing has changed');

    const down = other('down', '--volumes');
    expect(down.status, down.text).toBe(0);
    expect(down.text).not.toMatch(/in use/);
    expect(await containersOf(name)).toEqual([]);
  });

  test('is kept with what it wrote, the last three of them, and none after down', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-kept';
    const cwd = await machine.write({ 'compose.yaml': migratingFile(name, 'echo $$WORD\n') });
    for (const word of ['one', 'two', 'three', 'four']) {
      const environment = { WORD: word };
      expect((await machine.run(['up', '-d'], { cwd, environment })).code).toBe(0);
      const { stdout } = await machine.run(['logs', '--task'], { cwd, environment });
      expect(stdout).toBe(`web-migrate  | ${word}\n`);
    }
    expect(await tasksOf(name)).toEqual([4, 3, 2].map((number) => `${name}-web-${number}-task`));
    const leases = ['volume', 'ls', '--quiet', '--filter', `label=bowline.lease=${name}`];
    expect(await dockerCommand(leases)).toBe('');
    expect((await machine.run(['down'], { cwd })).code).toBe(0);
    expect(await tasksOf(name)).toEqual([]);
  });

  test('answers to no name of its service, and takes no address of its copies', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-alone';
    const file = JSON.parse(
      migratingFile(name, 'true\n', {
        hostname: 'page',
        networks: { back: { aliases: ['page'], ipv4_address: '198.19.250.9' } },
      }),
    ) as object;
    const networks = { back: { ipam: { config: [{ subnet: '198.19.250.0/24' }] } } };
    const cwd = await machine.write({ 'compose.yaml': JSON.stringify({ ...file, networks }) });
    const up = await machine.run(['up', '-d'], { cwd });
    expect(up.code, up.stderr).toBe(0);
    const environment = { WORD: 'second' };
    const changed = await machine.run(['up', '-d'], { cwd, environment });
    expect(changed.code, changed.stderr).toBe(0);
    const { NetworkSettings: settings } = await inspect(`${name}-web-2-task`);
    expect(JSON.stringify(settings)).not.toMatch(/"web"|"page"|198\.19\.250\.9"/);
  });

  test('with the strategy exec works in the network and on the volumes of the new version', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-exec';
    const serve = 'sh -c "echo $$WORD > /data/page && exec httpd -f -p 8080 -h /data"';
    const ask =
      'until wget -qO- http://127.0.0.1:8080/page; do sleep 0.1; done; cat /data/page; cat /migrate.sh';
    const cwd = await machine.write({
      'compose.yaml': migratingFile(name, 'echo script\n', {
        command: serve,
        hostname: 'page',
        'x-bowline': { migrate: { command: ['sh', '-c', ask], strategy: 'exec' } },
      }),
    });
    const up = await machine.run(['up', '-d'], { cwd });
    expect(up.code, up.stderr).toBe(0);
    const { stdout } = await machine.run(['logs', '--task', '--no-log-prefix'], { cwd });
    expect(stdout).toBe('first\nfirst\necho script\n');
  });

  test('that cannot be started leaves the version before serving', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-nowhere';
    const migrate = (command: string): string =>
      migratingFile(name, 'true\n', {
        environment: { WORD: command },
        'x-bowline': { migrate: { command: [command] } },
      });
    const cwd = await machine.write({ 'compose.yaml': migrate('true') });
    expect((await machine.run(['up', '-d'], { cwd })).code).toBe(0);
    const before = await inspect(`${name}-web-1`);
    await machine.write({ 'compose.yaml': migrate('nowhere') });
    const { code, stderr } = await machine.run(['up', '-d'], { cwd });
    expect(code, stderr).toBe(6);
    expect(stderr).toMatch(/could not be started: .*nowhere.*\[task\/failed\]/);
    expect(stderr).toContain('compose.yaml:1:');
    expect(await inspect(`${name}-web-1`)).toMatchObject({ Id: before['Id'] });
  });

  test('is ended in order by Ctrl-C, and by its timeout', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-end';
    const script = 'trap "echo asked; exit 9" TERM; echo begun; while true; do sleep 0.1; done';
    const migrate = (timeout: string): string =>
      migratingFile(name, 'true\n', {
        stop_signal: 'SIGTERM',
        'x-bowline': { migrate: { command: ['sh', '-c', script], timeout } },
      });
    const cwd = await machine.write({ 'compose.yaml': migrate('10m') });
    const running = machine.start(['up'], { cwd });
    await running.says('begun');
    running.child.kill('SIGINT');
    const interrupted = await running.ended;
    expect(interrupted.code, interrupted.stderr).toBe(130);
    expect(interrupted.stderr).toContain('web  release task ended');
    const logs = ['logs', '--task', '--no-log-prefix'];
    expect((await machine.run(logs, { cwd })).stdout).toBe('begun\nasked\n');
    await machine.write({ 'compose.yaml': migrate('1s') });
    const late = await machine.run(['up', '-d'], { cwd });
    expect(late.code, late.stderr).toBe(6);
    expect(late.stderr).toContain('[task/timed-out]');
    expect((await machine.run(logs, { cwd })).stdout).toBe('begun\nasked\n');
  });

  test('whose end nobody saw is not run again without a word', async () => {
    await using machine = await dockerSandbox();
    const name = 'bowline-test-unknown';
    const script = 'echo run >> /data/runs; [ $$(wc -l < /data/runs) -gt 2 ] || exit 255\n';
    const cwd = await machine.write({ 'compose.yaml': migratingFile(name, script) });
    const up = async (...args: readonly string[]) => machine.run(['up', '-d', ...args], { cwd });
    expect(await up()).toMatchObject({ code: 6 });
    // It was seen how it ended: it failed, and is run again.
    expect(await up()).toMatchObject({ code: 6, stderr: expect.stringContaining('code 255') });
    await rm(join(machine.home, '.local'), { recursive: true });
    const asked = await up();
    expect(asked.code, asked.stderr).toBe(6);
    expect(asked.stderr).toContain('task/unknown-outcome');
    const agreed = await up('--yes');
    expect(agreed.code, agreed.stderr).toBe(0);
  });
});
