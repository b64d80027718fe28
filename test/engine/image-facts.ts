import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { officialNames } from '../beds/docker/images.ts';
import { until } from '../rig/http.ts';
import { containersOf } from './containers.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

const examples = join(import.meta.dirname, '../../examples');

/** The images are there, work, and build others. */
export function imageFacts(engine: EngineUnderTest): void {
  const { client } = engine;
  const { addressOf, build, createNetwork, databaseReady, run, start } = containersOf(engine);
  describe.skipIf(!engine.isUp)(`images of the ${engine.title}`, () => {
    test.each(officialNames)('%s is there', async (name) => {
      const id = await client(['image', 'inspect', '--format', '{{.Id}}', name]);
      expect(id).toMatch(/^sha256:/);
    });

    test.each([
      ['node:20', ['node', '--version'], /^v20\./],
      ['node:20', ['npm', '--version'], /^10\./],
      ['node:20', ['--print', '6 * 7'], /^42$/],
      ['python:3.13', ['python', '--version'], /^Python 3\.13\./],
      ['python:3.13', ['pip', '--version'], /python 3\.13/],
      ['postgres:17', ['postgres', '--version'], /^postgres \(PostgreSQL\) 17\./],
      ['busybox', ['echo', 'here'], /^here$/],
    ])('in %s, %j answers', async (image, args, wanted) => {
      expect((await run([image, ...args])).trim()).toMatch(wanted);
    });

    test('a Dockerfile that installs from Debian, PyPI and npm builds unchanged', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bed-build-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(
        join(folder, 'Dockerfile'),
        [
          'FROM python:3.13-slim AS python',
          'RUN apt-get update && apt-get install -y --no-install-recommends netcat-openbsd',
          'RUN pip install --no-cache-dir six==1.16.0 && python -c "import six"',
          'FROM node:20-slim',
          'RUN npm install --prefix /app is-number@7.0.0',
          'COPY --from=python /usr/bin/nc.openbsd /usr/bin/nc',
        ].join('\n'),
      );
      const image = await build(folder);
      const answer = await run([image, 'ls', '/app/node_modules']);
      expect(answer.trim()).toBe('is-number');
    });

    test('the example builds unchanged and its page answers on a published port', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bed-build-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      cpSync(join(examples, 'status'), folder, { recursive: true });
      const image = await build(folder);
      const network = await createNetwork();
      const password = 'POSTGRES_PASSWORD=secret';
      const alias = ['--network', network, '--network-alias', 'db'];
      await databaseReady(await start([...alias, '--env', password, 'postgres:17']));
      const variables = {
        DATABASE_URL: 'postgres://postgres:secret@db:5432/postgres',
        POSTGRES_HOST: 'db',
        POSTGRES_USER: 'postgres',
        POSTGRES_PASSWORD: 'secret',
        POSTGRES_DB: 'postgres',
        PORT: '8080',
      };
      const environment = Object.entries(variables).flatMap(([name, value]) => [
        '--env',
        `${name}=${value}`,
      ]);
      const how = ['--network', network, '--publish', '127.0.0.1::8080'];
      const program = ['sh', '-c', '/app/migrate.sh && exec /app/entrypoint.sh'];
      const web = await start([...how, ...environment, image, ...program]);
      const address = await addressOf(web, 8080);
      const { body } = await until(`http://${address}/`, ({ status }) => status === 200);
      expect(body).toContain('<html');
    });
  });
}
