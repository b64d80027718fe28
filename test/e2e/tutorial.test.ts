import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { get, until } from '../rig/http.ts';
import { createSandbox } from '../rig/sandbox.ts';

/** What a tutorial says, and what works; `8000` makes room for other tests. */
const mistakes = [
  [/depends_on:\n\s+postgres_db:\n\s+condition: service_healthy/, 'depends_on: postgres_db'],
  ['image: postgres:17', 'image: postgres'],
  ['retries: 10', 'retries: 10s'],
  ['\nvolumes:\n  postgres_data:', '\nvolumes:\n  postgres-data:'],
  ['8000:8080', '18765:8080'],
] as const;

test('a file with the mistakes of a tutorial: `check` names them all, `check --fix` mends them, and `up` answers', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.copy('examples/status');
  const file = join(cwd, 'docker-compose.yml');
  const right = await readFile(file, 'utf8');
  const wrong = mistakes.reduce((text, [good, bad]) => text.replace(good, bad), right);
  await writeFile(file, wrong);

  const check = await sandbox.run(['check'], { cwd });
  expect(check.code).toBe(2);
  for (const code of ['wrong-form', 'untagged-database', 'unknown-volume', 'postgres-data-path'])
    expect(check.stderr).toContain(`[compose/${code}]`);
  expect(check.stderr).toContain('Write 10: a whole number has no unit.');

  const fix = await sandbox.run(['check', '--fix', '--yes'], { cwd });
  expect(fix, fix.stderr).toMatchObject({ code: 0 });
  const up = await sandbox.run(['up', '-d'], { cwd });
  expect(up, up.stderr).toMatchObject({ code: 0 });
  const page = 'http://127.0.0.1:18765';
  await until(`${page}/healthz`, ({ status }) => status === 200);
  expect((await get(`${page}/`)).body).toContain('database: ok');
  expect((await sandbox.run(['down', '-v', '--yes'], { cwd })).code).toBe(0);
});
