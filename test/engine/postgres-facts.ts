import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, onTestFinished, test } from 'vitest';

import { CommandError } from '../beds/command.ts';
import type { Client } from '../beds/docker/client.ts';
import { containersOf } from './containers.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/** The image keeps the contract of the official one. */
export function postgresFacts(engine: EngineUnderTest): void {
  const { client } = engine;
  const { createNetwork, createVolume, databaseReady, run, start } = containersOf(engine);
  describe.skipIf(!engine.isUp)(`the image postgres of the ${engine.title}`, () => {
    test('refuses to begin without a password, as the official one does', async () => {
      const refused = run(['postgres:17']);
      await expect(refused).rejects.toBeInstanceOf(CommandError);
      await expect(refused).rejects.toMatchObject({
        stderr: expect.stringContaining(
          'Error: Database is uninitialized and superuser password is not specified.',
        ) as string,
      });
    });

    test('refuses a password and a file with a password at once', async () => {
      const both = [
        '--env',
        'POSTGRES_PASSWORD=a',
        '--env',
        'POSTGRES_PASSWORD_FILE=/etc/hostname',
      ];
      await expect(run([...both, 'postgres:17'])).rejects.toThrow(
        'both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)',
      );
    });

    test('makes the user and the database that the variables name, and no role postgres', async () => {
      const user = ['--env', 'POSTGRES_USER=shop keeper', '--env', 'POSTGRES_DB=the shop'];
      const name = await start([...user, '--env', 'POSTGRES_PASSWORD=x y\'"$z', 'postgres:17']);
      await databaseReady(name, 'shop keeper');
      const roles = "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolcanlogin";
      const asked = ['psql', '-U', 'shop keeper', '-d', 'the shop', '-Atc'];
      expect(await client(['exec', name, ...asked, roles])).toBe('shop keeper\n');
    });

    test('asks for the password when the connection comes from another container', async () => {
      const network = await createNetwork();
      const password = ['--env', 'POSTGRES_PASSWORD=right'];
      const alias = ['--network', network, '--network-alias', 'db'];
      await databaseReady(await start([...alias, ...password, 'postgres:17']));
      const from = ['--network', network, '--env'];
      const query = ['postgres:17', 'psql', '-h', 'db', '-U', 'postgres', '-Atc', 'SELECT 42'];
      expect(await run([...from, 'PGPASSWORD=right', ...query])).toBe('42\n');
      await expect(run([...from, 'PGPASSWORD=wrong', ...query])).rejects.toThrow(
        'password authentication failed',
      );
    });

    test('carries out the files of docker-entrypoint-initdb.d in order, on the first start only', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bed-initdb-'));
      chmodSync(folder, 0o755);
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(join(folder, '1.sql'), 'CREATE TABLE step (name text)');
      writeFileSync(join(folder, '2.sql.gz'), gzipSync("INSERT INTO step VALUES ('gz')"));
      writeFileSync(
        join(folder, '3.sh'),
        'psql -U "$POSTGRES_USER" -c "INSERT INTO step VALUES (\'sh\')"',
      );
      const volume = await createVolume();
      const mounts = [
        `--volume=${volume}:/var/lib/postgresql/data`,
        `--volume=${folder}:/docker-entrypoint-initdb.d:ro`,
      ];
      const args = [...mounts, '--env', 'POSTGRES_PASSWORD=x', 'postgres:17'];
      const first = await start(args);
      await databaseReady(first);
      expect(await steps(client, first)).toBe('gz,sh\n');
      await client(['rm', '--force', first]);
      const second = await start(args);
      await databaseReady(second);
      expect(await steps(client, second)).toBe('gz,sh\n');
    });

    test('takes options of the server, and ends in order within a second of docker stop', async () => {
      const name = await start([
        '--env',
        'POSTGRES_PASSWORD=x',
        'postgres:17',
        '-c',
        'work_mem=7MB',
      ]);
      await databaseReady(name);
      const shown = ['exec', name, 'psql', '-U', 'postgres', '-Atc', 'SHOW work_mem'];
      expect(await client(shown)).toBe('7MB\n');
      await client(['stop', '--time', '20', name]);
      const code = await client(['inspect', '--format', '{{.State.ExitCode}}', name]);
      expect(code).toBe('0\n');
    });

    test('runs the server as user 999', async () => {
      const name = await start(['--env', 'POSTGRES_PASSWORD=x', 'postgres:17']);
      await databaseReady(name);
      const owner = ['stat', '--format', '%u:%g', '/proc/1', '/var/lib/postgresql/data'];
      expect(await client(['exec', name, ...owner])).toBe('999:999\n999:999\n');
    });
  });
}

function steps(client: Client, name: string): Promise<string> {
  const all = "SELECT string_agg(name, ',' ORDER BY name) FROM step";
  return client(['exec', name, 'psql', '-U', 'postgres', '-Atc', all]);
}
