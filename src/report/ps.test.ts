import { expect, test } from 'vitest';

import type { ObservedReplica } from '../model/observed.ts';
import { psJson, renderPs } from './ps.ts';

const nowMs = 1_000_000_000;
const options = { nowMs, project: 'shop', exitCode: () => 137 };
const replicas: readonly ObservedReplica[] = [
  {
    name: 'shop-web-1',
    service: 'web' as never,
    number: 1,
    fingerprint: '',
    image: 'registry.example.com/shop/web:1.2.3',
    command: ['sh', '-c', '/app/migrate.sh && /app/entrypoint.sh'],
    createdAtMs: nowMs - 125_000,
    ports: [{ hostIp: '127.0.0.1', published: 8000, target: 8080, protocol: 'tcp' }],
    state: {
      kind: 'running',
      pid: 7,
      startedAtMs: nowMs - 5000,
      restarts: 0,
      health: { kind: 'healthy' },
    },
  },
  {
    name: 'shop-db-1',
    service: 'db' as never,
    number: 1,
    fingerprint: '',
    image: 'postgres:17',
    command: ['postgres'],
    createdAtMs: nowMs - 7_200_000,
    ports: [],
    state: {
      kind: 'exited',
      exit: { kind: 'signal', signal: 'SIGKILL' },
      finishedAtMs: nowMs - 60_000,
      stopped: false,
    },
  },
];

test('a pipe gets everything', () => {
  expect(renderPs(replicas, options)).toMatchInlineSnapshot(`
    "NAME         IMAGE                                 COMMAND                                         SERVICE   CREATED         STATUS                            PORTS
    shop-web-1   registry.example.com/shop/web:1.2.3   "sh -c /app/migrate.sh && /app/entrypoint.sh"   web       2 minutes ago   Up 5 seconds (healthy)            127.0.0.1:8000->8080/tcp
    shop-db-1    postgres:17                           "postgres"                                      db        2 hours ago     Exited (137) About a minute ago
    "
  `);
});

test('a terminal of 80 columns is not overrun', () => {
  const table = renderPs(replicas, { ...options, width: 80 });
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(table).toMatchInlineSnapshot(`
    "SERVICE   STATUS                            PORTS
    web       Up 5 seconds (healthy)            127.0.0.1:8000->8080/tcp
    db        Exited (137) About a minute ago
    "
  `);
});

test('JSON has the keys of docker compose', () => {
  expect(psJson(replicas[1] as ObservedReplica, options)).toMatchObject({
    Name: 'shop-db-1',
    Service: 'db',
    State: 'exited',
    ExitCode: 137,
    Health: '',
    Publishers: [],
    Project: 'shop',
    Status: 'Exited (137) About a minute ago',
  });
});
