import { expect, test } from 'vitest';

import { createSandbox } from '../rig/sandbox.ts';

const compose = `
services:
  web:
    image: node:20
    working_dir: /app
    volumes: [".:/app"]
    command: node server.js
    environment: {SESSION_KEY: ""}
    healthcheck: {test: test -e /app/up, interval: 1s}
`;

test('a failed up and doctor name the missing variable, its place, and what the program wrote', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write({
    'compose.yaml': compose,
    'server.js': `
if (!process.env.SESSION_KEY) { console.error('Error: SESSION_KEY must be set'); process.exit(1); }
require('node:fs').writeFileSync('up', '');
setInterval(() => {}, 1000);`,
  });
  const failed = await sandbox.run(['up', '-d'], { cwd });
  expect(failed.code, failed.stderr).toBe(1);
  expect(failed.stderr).toContain(
    'web needs the variable SESSION_KEY, and its value is empty; web exited with code 1',
  );
  expect(failed.stderr).toContain('at compose.yaml:8:32');

  const told = await sandbox.run(['doctor', 'web', '--json'], { cwd });
  expect(told.code, told.stderr).toBe(1);
  expect(JSON.parse(told.stdout)).toMatchObject({
    services: [
      {
        service: 'web',
        state: 'exited',
        findings: [
          {
            code: 'service/missing-variable',
            proof: ['web exited with code 1', 'Error: SESSION_KEY must be set'],
          },
        ],
      },
    ],
  });

  await sandbox.write({ 'compose.yaml': compose.replace('""', 'some-value') });
  expect((await sandbox.run(['up', '-d'], { cwd })).code).toBe(0);
  const well = await sandbox.run(['doctor'], { cwd });
  expect(well).toMatchObject({ code: 0, stdout: '✓ web: running, healthy, no trouble seen\n' });
});
