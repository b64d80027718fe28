import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { get, until } from '../rig/http.ts';
import { createTutorialBench } from './tutorial-bench.ts';

const orders = `
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("status", "0003_first_notice")]
    operations = [migrations.RunSQL("create table orders (id bigint)", "drop table orders")]
`;
const runSh = `#!/bin/sh
set -e
sh /app/migrate.sh
exec sh /app/entrypoint.sh
`;
const NOTHING_LEFT = 'No migrations to apply.';

describe.skipIf(!(await hasKubernetesBed()))('what tutorials do on a cluster', () => {
  test('examples/django/k8s: volume, database, migration and page, a second version, mistakes, and all of it again with its data', async () => {
    const { page, folder, release, edit, bowline, namespace } = await createTutorialBench();
    await release('1.0.0');
    const first = await bowline('apply', '-f', 'k8s/', '--timeout', '600');
    expect(first.code, first.stderr).toBe(0);
    // The rules of a node for a new port come a moment after the pods.
    await until(`${page}/`, ({ body }) => body.includes('database: ok'), { timeoutMs: 60_000 });
    expect((await get(`${page}/api/status`)).body).not.toContain('0004_orders');
    const volumes = await bowline('volumes', '-f', 'k8s/', '--json');
    expect(JSON.parse(volumes.stdout)).toMatchObject([
      { name: 'status-postgres-pvc', services: ['postgres-db'], state: 'bound', reclaim: 'Retain' },
    ]);

    // A second version brings a migration: the Job has another image, which no Job can get.
    await writeFile(join(folder, 'status/migrations/0004_orders.py'), orders);
    await writeFile(join(folder, 'run.sh'), runSh);
    await release('1.0.1');
    for (const file of ['4-migrate', '5-web', '6-live'])
      await edit(`k8s/${file}.yaml`, ':1.0.0', ':1.0.1');
    const second = await bowline('apply', '-f', 'k8s/', '--timeout', '600');
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toMatch(/Job\/status-migrate +replaced/);
    await until(`${page}/api/status`, ({ body }) => body.includes('0004_orders'));
    const job = await bowline('-f', 'k8s/', 'logs', '--no-log-prefix', 'status-migrate');
    expect(job.stdout).toContain('Applying status.0004_orders... OK');

    // Whoever migrates in front of the server, or by hand, finds nothing left to do.
    await edit('k8s/5-web.yaml', '/app/entrypoint.sh', '/app/run.sh');
    const third = await bowline('apply', '-f', 'k8s/', '--timeout', '600');
    expect(third.code, third.stderr).toBe(0);
    const logs = await bowline('-f', 'k8s/', 'logs', 'web');
    expect(logs.stdout).toContain(NOTHING_LEFT);
    const exec = await bowline('exec', '-f', 'k8s/', '-T', 'web', 'sh', '/app/migrate.sh');
    expect(exec, exec.stderr).toMatchObject({ code: 0 });
    expect(exec.stdout).toContain(NOTHING_LEFT);

    // A tag that nobody has pushed: told with its place, and the version before goes on serving.
    await edit('k8s/5-web.yaml', ':1.0.1', ':1.0.2');
    const wrong = await bowline('apply', '-f', 'k8s/', '--timeout', '600');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('[kubernetes/image-not-found]');
    expect(wrong.stderr).toMatch(/at k8s\/5-web\.yaml:17:18/);
    expect((await get(`${page}/`)).status).toBe(200);
    const doctor = await bowline('doctor', '-f', 'k8s/');
    expect(doctor.code, doctor.stderr).toBe(1);
    expect(doctor.stdout).toContain('✓ postgres-db: running, healthy, no trouble seen');
    expect(doctor.stdout).toContain('[kubernetes/image-not-found]');
    expect(doctor.stdout).toMatch(/at k8s\/5-web\.yaml:17:18/);
    await edit('k8s/5-web.yaml', ':1.0.2', ':1.0.1');

    const gone = await bowline('delete', '-f', 'k8s/');
    expect(gone.code, gone.stderr).toBe(0);
    expect(await namespace.kubectl('get', 'pods,pvc', '--output', 'name')).toBe(
      'persistentvolumeclaim/status-postgres-pvc\n',
    );
    const again = await bowline('apply', '-f', 'k8s/', '--timeout', '600');
    expect(again.code, again.stderr).toBe(0);
    const live = await until(`${page}/api/live`, ({ status }) => status === 200);
    expect((JSON.parse(live.body) as { visits: number }).visits).toBeGreaterThanOrEqual(2);
  }, 1_500_000);
});
