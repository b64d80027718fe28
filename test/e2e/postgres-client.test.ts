import { expect, test } from 'vitest';

import { createSandbox } from '../rig/sandbox.ts';

const compose = `
services:
  db:
    image: postgres:17
    environment: { POSTGRES_PASSWORD: "it's $$ecret" }
    healthcheck: { test: [CMD, pg_isready, -U, postgres], interval: 1s }
  seed:
    image: postgres:17
    command:
      - sh
      - -c
      - |
        psql -v ON_ERROR_STOP=1 -c 'CREATE TABLE shop (name text)' -f /seed/shop.sql
        echo "server programs are of $$PG_MAJOR, variables of this shell: $\${OLDPWD:-none}"
    environment: { PGHOST: db, PGUSER: postgres, PGPASSWORD: "it's $$ecret" }
    volumes: ["./seed:/seed:ro"]
    depends_on: { db: { condition: service_healthy } }
`;

test('a service of the image postgres that runs psql is a client: no server, no data of its own', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write({
    'compose.yaml': compose,
    'seed/shop.sql': "INSERT INTO shop VALUES ('Grüße');\n",
  });
  const up = await sandbox.run(['up', '-d'], { cwd });
  expect(up.code, up.stderr).toBe(0);
  const { stdout: logs } = await sandbox.run(['logs', '--no-log-prefix', 'seed'], { cwd });
  expect(logs).toContain('server programs are of 17, variables of this shell: none');
  const { stdout } = await sandbox.run(
    ['exec', 'db', 'psql', '-U', 'postgres', '-tAc', 'SELECT name FROM shop'],
    { cwd },
  );
  expect(stdout.trim()).toBe('Grüße');
  const volumes = await sandbox.run(['down', '-v', '--yes'], { cwd });
  expect(volumes.stderr + volumes.stdout).not.toContain('seed_data');
});
