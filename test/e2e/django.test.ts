import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { get } from '../rig/http.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';

const page = 'http://127.0.0.1:8000';

const migration = (after: string, sql: string): string => `
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("status", "${after}")]
    operations = [migrations.RunSQL("${sql}", migrations.RunSQL.noop)]
`;

test('examples/django: migrates once before it serves, and a failing migration leaves the old version serving', async () => {
  await using sandbox = await createSandbox({ examplePorts: true });
  const cwd = await sandbox.copy('examples/django');
  const migrations = join(cwd, 'status/migrations');

  const up = await sandbox.run(['up', '-d'], { cwd });
  expect(up.code, up.stderr).toBe(0);
  expect(applied(up.stderr)).toEqual([
    '0001_visits',
    '0002_release_of_visits',
    '0003_first_notice',
  ]);
  expect(await get(`${page}/`)).toMatchObject({
    status: 200,
    body: expect.stringContaining('database: ok') as unknown,
  });
  const live = await get('http://127.0.0.1:8001/api/live');
  expect(JSON.parse(live.body)).toMatchObject({ server: 'asgi', visits: 1 });
  const { stdout } = await sandbox.run(['logs', '--task', 'web'], { cwd });
  expect(applied(stdout)).toHaveLength(3);

  const before = await pidOf(sandbox, cwd);
  const unchanged = await sandbox.run(['up', '-d'], { cwd });
  expect(unchanged.stderr).toContain('nothing has changed');
  expect(await pidOf(sandbox, cwd)).toBe(before);

  await writeFile(
    join(migrations, '0004_orders.py'),
    migration('0003_first_notice', 'create table orders (id bigint)'),
  );
  const more = await sandbox.run(['up', '-d', '--build'], { cwd });
  expect(more.code, more.stderr).toBe(0);
  expect(applied(more.stderr)).toEqual(['0004_orders']);
  expect((await get(`${page}/api/status`)).body).toContain('0004_orders');
  const serving = await pidOf(sandbox, cwd);
  expect(serving).not.toBe(before);

  const broken = join(migrations, '0005_broken.py');
  await writeFile(broken, migration('0004_orders', 'select * from no_such_table'));
  const failing = sandbox.start(['up', '-d', '--build'], { cwd });
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
  expect(await pidOf(sandbox, cwd)).toBe(serving);
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((status) => status !== 200)).toEqual([]);

  await rm(broken);
  const mended = await sandbox.run(['up', '-d', '--build'], { cwd });
  expect(mended.code, mended.stderr).toBe(0);
  expect((await get(`${page}/healthz`)).status).toBe(200);
});

function applied(output: string): readonly string[] {
  return [...output.matchAll(/Applying status\.(\w+)\.\.\. OK/g)].map(([, name = '']) => name);
}

async function pidOf(sandbox: Sandbox, cwd: string): Promise<number> {
  const { stdout } = await sandbox.run(['ps', '--format', 'json', 'web'], { cwd });
  return (JSON.parse(stdout) as { readonly Pid: number }).Pid;
}
