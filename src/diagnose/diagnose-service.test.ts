import { describe, expect, test } from 'vitest';

import { load } from '../compose/load.ts';
import type { ListeningSocket } from '../model/listening-socket.ts';
import type { ObservedReplica, ReplicaState } from '../model/observed.ts';
import { diagnoseService } from './diagnose-service.ts';

const file = '/p/compose.yaml';
const text = `
services:
  web:
    image: shop:1
    environment: {POSTGRES_HOST: dbb, EMPTY_KEY: '', DATABASE_URL: 'postgres://u:p@localhost:5432/x', DJANGO_ALLOWED_HOSTS: shop.example}
    ports: ["8000:8080"]
    volumes: ["files:/srv/files"]
    healthcheck: {test: [CMD, curl, -f, http://localhost:8080]}
  db: {image: postgres:17}
volumes: {files: {}}
`;

interface World {
  readonly state: ReplicaState;
  readonly lines?: readonly string[];
  readonly listening?: readonly ListeningSocket[];
}

function findings({ state, lines = [], listening }: World) {
  const { project } = (() => {
    const result = load({
      files: [file],
      workingDir: '/p',
      profiles: [],
      environment: new Map(),
      contents: new Map([[file, { kind: 'text', text }]]),
    });
    if (result.kind === 'needs' || result.project === undefined) throw new Error('nothing loaded');
    return { project: result.project };
  })();
  const [service] = project.services;
  if (service === undefined) throw new Error('web is there');
  const replica: ObservedReplica = {
    name: 'p-web-1',
    service: service.name,
    number: 1,
    fingerprint: 'f',
    command: [],
    createdAtMs: 0,
    ports: [{ hostIp: '127.0.0.1', published: 8000, target: 8080, protocol: 'tcp' }],
    state,
  };
  return diagnoseService({
    project,
    service,
    replica,
    lines,
    ...(listening !== undefined && { listening }),
  }).map(({ code, cause, proof, at }) => ({
    code,
    cause,
    proof,
    at: at === undefined ? undefined : text.slice(at.start, at.end),
  }));
}

const exited: ReplicaState = {
  kind: 'exited',
  exit: { kind: 'code', code: 1 },
  finishedAtMs: 0,
  stopped: false,
};
const running = (health: 'none' | 'healthy' | 'unhealthy', lastOutput?: string): ReplicaState => ({
  kind: 'running',
  pid: 1,
  startedAtMs: 0,
  restarts: 0,
  health:
    health === 'none'
      ? { kind: 'none' }
      : { kind: health, ...(lastOutput !== undefined && { lastOutput }) },
});

// Lines as the programs themselves write them.
describe('the last words of a service that has ended tell why', () => {
  test.each<[line: string, code: string, cause: string, at: string]>([
    [
      `KeyError: 'STRIPE_SECRET'`,
      'missing-variable',
      'web needs the variable STRIPE_SECRET, and gets none of that name',
      'web',
    ],
    [
      'django.core.exceptions.ImproperlyConfigured: The EMPTY_KEY setting must not be empty.',
      'missing-variable',
      'web needs the variable EMPTY_KEY, and its value is empty',
      `''`,
    ],
    [
      'django.core.exceptions.ImproperlyConfigured: the variable DJANGO_SECRET_KEY must be set',
      'missing-variable',
      'web needs the variable DJANGO_SECRET_KEY, and gets none of that name',
      'web',
    ],
    [
      'Error: Missing required environment variable: SESSION_KEY',
      'missing-variable',
      'web needs the variable SESSION_KEY, and gets none of that name',
      'web',
    ],
    [
      `'fetch': key not found: "RAILS_MASTER_KEY" (KeyError)`,
      'missing-variable',
      'web needs the variable RAILS_MASTER_KEY, and gets none of that name',
      'web',
    ],
    [
      'Error: getaddrinfo ENOTFOUND dbb',
      'unresolved-name',
      'web looks for a host "dbb", and nothing has this name',
      'dbb',
    ],
    [
      'psycopg.OperationalError: could not translate host name "dbb" to address: Name or service not known',
      'unresolved-name',
      'web looks for a host "dbb", and nothing has this name',
      'dbb',
    ],
    [
      'FATAL:  password authentication failed for user "shop"',
      'refused-password',
      'the database refuses the password of user "shop"',
      '',
    ],
    [
      'Error: connect ECONNREFUSED 127.0.0.1:5432',
      'own-loopback',
      'web looks for port 5432 at its own address, where nothing listens',
      `'postgres://u:p@localhost:5432/x'`,
    ],
    [
      'DETAIL:  The data directory was initialized by PostgreSQL version 16, which is not compatible with this version 17.10.',
      'other-major',
      'the data of web are of PostgreSQL 16, and the server is 17.10',
      'web',
    ],
    [
      `OSError: [Errno 28] No space left on device: '/srv/files/one'`,
      'no-space',
      'web finds no space left on the volume files, mounted at /srv/files',
      '"files:/srv/files"',
    ],
    ['ENOSPC: no space left on device, write', 'no-space', 'web finds no space left', ''],
    ['Segmentation fault', 'ended', 'web exited with code 1', ''],
  ])('%s', (line, ...[code, cause, at]) => {
    expect(findings({ state: exited, lines: ['starting', line] })).toMatchObject([
      { code: `service/${code}`, cause, ...(at !== '' && { at }) },
    ]);
  });
});

test('the end itself stays among the proof, with its meaning', () => {
  const state: ReplicaState = { ...exited, exit: { kind: 'code', code: 127 } };
  expect(findings({ state, lines: [`KeyError: 'TOKEN'`] })[0]?.proof?.[0]).toMatch(
    /^web exited with code 127 \(the command, .* was not found\)$/,
  );
});

test('a variable that it was given is not missing, whatever the line says', () => {
  expect(findings({ state: exited, lines: [`KeyError: 'POSTGRES_HOST'`] })).toMatchObject([
    { code: 'service/ended' },
  ]);
});

test('old lines are not held against a service that works', () => {
  expect(
    findings({ state: running('healthy'), lines: ['Error: getaddrinfo ENOTFOUND dbb'] }),
  ).toEqual([]);
});

test('nothing is said of what was stopped, or has done its work', () => {
  expect(findings({ state: { ...exited, stopped: true } })).toEqual([]);
  expect(findings({ state: { ...exited, exit: { kind: 'code', code: 0 } } })).toEqual([]);
});

test.each<[output: string, code: string, cause: string]>([
  [
    '/bin/sh: 1: curl: not found',
    'health-command-missing',
    'the healthcheck of web runs "curl", which is not there',
  ],
  [
    'exec: "wget": executable file not found in $PATH',
    'health-command-missing',
    'the healthcheck of web runs "wget", which is not there',
  ],
  ['HTTP Error 503', 'unhealthy', 'web runs, but its healthcheck fails'],
])('a healthcheck that says %j', (output, code, cause) => {
  expect(findings({ state: running('unhealthy', output) })).toMatchObject([
    { code: `service/${code}`, cause },
  ]);
});

test('a 400 of Django is named with the host that it refuses, and where the hosts are', () => {
  const lines = [
    `Invalid HTTP_HOST header: '10.0.0.7:8080'. You may need to add '10.0.0.7' to ALLOWED_HOSTS.`,
  ];
  expect(findings({ state: running('unhealthy', 'HTTP 400'), lines })).toMatchObject([
    {
      code: 'service/disallowed-host',
      cause:
        'web answers with 400 when it is asked for as "10.0.0.7", which is none of its allowed hosts',
      at: 'shop.example',
    },
  ]);
});

test.each<[readonly ListeningSocket[], string | undefined]>([
  [[{ address: '0.0.0.0', port: 8080 }], undefined],
  [[{ address: '::', port: 8080 }], undefined],
  [[{ address: '0.0.0.0', port: 3000 }], 'web publishes port 8080 and listens on 0.0.0.0:3000'],
  [[], 'web publishes port 8080 and listens nowhere'],
  [
    [{ address: '127.0.0.1', port: 8080 }],
    'web listens on 127.0.0.1:8080 only, which nobody outside of its container reaches',
  ],
])('a service that listens on %j', (listening, cause) => {
  expect(findings({ state: running('none'), listening }).map((each) => each.cause)).toEqual(
    cause === undefined ? [] : [cause],
  );
});
