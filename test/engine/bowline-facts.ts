import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

import { describe, expect, test } from 'vitest';

import { freePort } from '../../src/host/tcp.ts';
import { until } from '../beds/until.ts';
import { get } from '../rig/http.ts';
import { createSandbox, type Result, type Sandbox } from '../rig/sandbox.ts';
import { containersOf } from './containers.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

const databaseInTheMaking = `
services:
  db:
    image: postgres:17
    environment: { POSTGRES_PASSWORD: not-in-any-output }
    configs: [{ source: slow, target: /docker-entrypoint-initdb.d/slow.sh }]
    healthcheck: { test: [CMD, pg_isready, -U, postgres], interval: 1s, retries: 100 }
  client:
    image: postgres:17
    command: psql -h db -U postgres -c 'select 1'
    environment: { PGPASSWORD: not-in-any-output }
    depends_on: { db: { condition: service_healthy } }
configs: { slow: { content: sleep 2 } }
`;

/** bowline runs Compose files on the engine. */
export function bowlineFacts(engine: EngineUnderTest): void {
  const { addressOf, start } = containersOf(engine);

  describe.skipIf(!engine.isUp)(`bowline on the ${engine.title}`, () => {
    test('the example answers as soon as up has ended, runs a command, and is gone after down', async () => {
      await using sandbox = await createSandbox();
      const cwd = await sandbox.copy('examples/status');
      const port = await freePort('127.0.0.1');
      const web = `{ image: !reset null, ports: !override ["127.0.0.1:${port}:8080"] }`;
      const override = { 'docker-compose.override.yml': `services: { web: ${web} }\n` };
      await sandbox.write(override, basename(cwd));
      await using bowline = onEngine(engine, { sandbox, cwd });
      const up = await bowline.run(['up', '-d']);
      expect(up, up.stderr).toMatchObject({ code: 0 });
      expect((await get(`http://127.0.0.1:${port}/`)).body).toContain('database: ok');
      const again = await bowline.run(['up', '-d']);
      expect(again.stderr).toContain('nothing has changed');
      const ran = await bowline.run(['run', '--rm', 'web', 'sh', '-c', 'exit 5']);
      expect(ran, ran.stderr).toMatchObject({ code: 5 });
      const down = await bowline.run(['down']);
      expect(down, down.stderr).toMatchObject({ code: 0 });
      await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      });
    });

    test('a database that is still being made ready, and answers on its socket only, is not taken for healthy', async () => {
      await using sandbox = await createSandbox();
      const cwd = await sandbox.write({ 'compose.yaml': databaseInTheMaking });
      await using bowline = onEngine(engine, { sandbox, cwd });
      const up = await bowline.run(['up', '-d']);
      expect(up, up.stderr).toMatchObject({ code: 0 });
    });

    test('a database that is told to listen on its socket only is asked there', async () => {
      await using sandbox = await createSandbox();
      const db = {
        image: 'postgres:17',
        command: ['postgres', '-c', 'listen_addresses='],
        environment: { POSTGRES_PASSWORD: 'not-in-any-output' },
        healthcheck: { test: 'pg_isready -U postgres', interval: '1s', retries: 100 },
      };
      const cwd = await sandbox.write({ 'compose.yaml': JSON.stringify({ services: { db } }) });
      await using bowline = onEngine(engine, { sandbox, cwd });
      const up = await bowline.run(['up', '-d']);
      expect(up, up.stderr).toMatchObject({ code: 0 });
    });

    test('a port that another container publishes is said to be that container’s', async () => {
      await using sandbox = await createSandbox();
      const owner = await start(['--publish', '127.0.0.1::80', 'busybox', 'sleep', '600']);
      const ports = [`${await addressOf(owner, 80)}:80`];
      const services = { web: { image: 'busybox', command: 'sleep 600', ports } };
      const cwd = await sandbox.write({ 'compose.yaml': JSON.stringify({ services }) });
      await using bowline = onEngine(engine, { sandbox, cwd });
      const up = await bowline.run(['up', '-d']);
      expect(up, up.stderr).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`by container ${owner}`),
      });
    });

    test.each([0, 1])(
      'what waits is created meanwhile; when what it waits for ends with %i, it is started or gone',
      async (code) => {
        await using sandbox = await createSandbox();
        const first = ['sh', '-c', `until test -e /go; do sleep 0.1; done; exit ${code}`];
        const condition = 'service_completed_successfully';
        const services = {
          first: { image: 'busybox', command: first },
          second: {
            image: 'busybox',
            command: 'sleep 600',
            stop_signal: 'SIGKILL',
            depends_on: { first: { condition } },
          },
        };
        const cwd = await sandbox.write({ 'compose.yaml': JSON.stringify({ services }) });
        await using bowline = onEngine(engine, { sandbox, cwd });
        const up = bowline.run(['up', '-d']);
        const stateOf = (name: string): Promise<string> => {
          const filter = `name=${bowline.project}-${name}-1`;
          return engine.client(['ps', '--all', '--format', '{{.State}}', '--filter', filter]);
        };
        await until('second to be created', async () => /created/i.test(await stateOf('second')));
        await engine.client(['exec', `${bowline.project}-first-1`, 'touch', '/go']);
        const ended = await up;
        expect(ended, ended.stderr).toMatchObject({ code: code === 0 ? 0 : 6 });
        expect((await stateOf('second')).trim()).toBe(code === 0 ? 'running' : '');
      },
    );
  });
}

interface Bowline extends AsyncDisposable {
  readonly project: string;
  readonly run: (args: readonly string[]) => Promise<Result>;
}

/** Commands on the engine, in a project that nobody else has and of which nothing is left. */
function onEngine(
  { client, socket }: EngineUnderTest,
  { sandbox, cwd }: { readonly sandbox: Sandbox; readonly cwd: string },
): Bowline {
  const project = `bed-test-${randomUUID()}`;
  const environment = {
    BOWLINE_ENGINE: 'docker',
    DOCKER_HOST: `unix://${socket}`,
    COMPOSE_PROJECT_NAME: project,
  };
  const run = (args: readonly string[]): Promise<Result> =>
    sandbox.run(args, { cwd, environment, leavesNothing: true });
  return {
    project,
    run,
    async [Symbol.asyncDispose]() {
      await run(['down', '--volumes', '--yes']);
      await client(['rmi', '--force', `${project}-web`]).catch(() => {});
    },
  };
}
