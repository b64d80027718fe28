import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { hasDockerBed } from '../beds/has-bed.ts';
import { get } from '../rig/http.ts';
import { dockerSandbox, inspect, removeImagesOf } from './sandbox.ts';

const page = 'http://127.0.0.1:8000';

const migration = (after: string, sql: string): string => `
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("status", "${after}")]
    operations = [migrations.RunSQL("${sql}", migrations.RunSQL.noop)]
`;

describe.skipIf(!(await hasDockerBed()))('examples/django on Docker', () => {
  test('migrates once before it serves, and a failing migration leaves the old version serving', async () => {
    await using machine = await dockerSandbox({ examplePorts: true });
    const cwd = await machine.copy('examples/django', 'bowline-django');
    await onPythonOfTheBed(cwd);
    const run = (...args: readonly string[]) => machine.run(args, { cwd });
    const idOf = async (): Promise<unknown> => (await inspect('bowline-django-web-1'))['Id'];
    try {
      const up = await run('up', '-d');
      expect(up.code, up.stderr).toBe(0);
      expect(up.stderr).toContain('its command is split');
      expect(applied(up.stderr)).toEqual([
        '0001_visits',
        '0002_release_of_visits',
        '0003_first_notice',
      ]);
      expect(await get(`${page}/`)).toMatchObject({
        status: 200,
        body: expect.stringContaining('database: ok') as unknown,
      });
      expect((await get('http://127.0.0.1:8001/api/live')).status).toBe(200);
      const { stdout } = await run('logs', '--task', 'web');
      expect(applied(stdout)).toHaveLength(3);

      const serving = await idOf();
      expect((await run('up', '-d')).stderr).toContain('nothing has changed');

      const broken = join(cwd, 'status/migrations/0004_broken.py');
      await writeFile(broken, migration('0003_first_notice', 'select * from no_such_table'));
      const failing = machine.start(['up', '-d', '--build'], { cwd });
      const answers: number[] = [];
      const over = new AbortController();
      const asking = (async () => {
        while (!over.signal.aborted) {
          answers.push((await get(`${page}/healthz`)).status);
          await pause(5);
        }
      })();
      const failed = await failing.ended;
      over.abort();
      await asking;
      expect(failed.code, failed.stderr).toBe(6);
      expect(failed.stderr).toContain('relation "no_such_table" does not exist');
      expect(failed.stderr).toContain('goes on serving');
      expect(await idOf()).toBe(serving);
      expect(answers.length).toBeGreaterThan(0);
      expect(answers.filter((status) => status !== 200)).toEqual([]);

      await rm(broken);
      await writeFile(
        join(cwd, 'status/migrations/0004_orders.py'),
        migration('0003_first_notice', 'create table orders (id bigint)'),
      );
      const mended = await run('up', '-d', '--build');
      expect(mended.code, mended.stderr).toBe(0);
      expect(applied(mended.stderr)).toEqual(['0004_orders']);
      expect((await get(`${page}/api/status`)).body).toContain('0004_orders');
      expect(await idOf()).not.toBe(serving);
    } finally {
      await machine.down(cwd);
      await removeImagesOf('bowline-django');
    }
  });
});

/** The bed has one Python; the Compose file is as it is. */
async function onPythonOfTheBed(cwd: string): Promise<void> {
  const path = join(cwd, 'Dockerfile');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('python:3.11-slim', 'python:3.13-slim'));
}

function applied(output: string): readonly string[] {
  return [...output.matchAll(/Applying status\.(\w+)\.\.\. OK/g)].map(([, name = '']) => name);
}
