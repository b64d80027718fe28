import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from 'vitest';

import type { Case } from './cases.ts';
import { answers, argumentsOf, environmentOf, place } from './oracle.ts';
import { librarySource } from './toolchain.ts';

const program = join(import.meta.dirname, '../../dist/bowline.js');

const shop: Case = {
  name: 'a shop',
  files: [
    `
x-common: {a: 1}
services:
  web:
    image: nginx:\${TAG:-1}
    profiles: [front]
    ports: ["\${PORT:?needed}:80"]
    environment: {A: "<b>&", P: $PW, E: '$$x', N: 1.50}
    env_file: [w.env]
    deploy: {replicas: 2, resources: {limits: {memory: 1g, cpus: "0.5"}}}
    depends_on: [db]
    cpus: 0.5
    networks: {inner: {aliases: [www]}}
    build: {context: ., args: {B: 1, C: }}
  db:
    image: postgres:17
    volumes: ["data:/var/lib/postgresql/data", "./x:/y:ro"]
    pre_start: [{command: echo, image: busybox}]
    healthcheck: {test: pg_isready -h x, interval: 90s}
    blkio_config: {device_read_bps: [{path: /d, rate: 1m}]}
    models: [writer]
  old: {image: "x\${ALT:+y}", profiles: [back]}
volumes: {data: {}, unused: {}}
networks: {inner: {internal: true}}
models: {writer: {model: ai/smollm2}}
`,
  ],
  beside: { 'w.env': 'Q="a b"\nR=${PW}\n' },
  environment: { PORT: '80', PW: 's3', COMPOSE_PROFILES: 'front' },
};

const source = librarySource();

describe.skipIf(source === undefined)(
  'as docker compose config does, bowline config prints',
  () => {
    const placed = place(shop);
    const flags: readonly (readonly string[])[] = [
      ['--services'],
      ['--volumes'],
      ['--networks'],
      ['--models'],
      ['--images'],
      ['--profiles'],
      ['--hash', '*'],
      ['--hash', 'db'],
      ['--environment'],
      ['--quiet'],
      [],
      ['web'],
      ['--no-path-resolution'],
      ['--no-normalize'],
      ['--no-consistency'],
      ['--no-interpolate'],
    ];
    let said: Awaited<ReturnType<typeof answers>> = [];
    beforeAll(async () => {
      said = await answers(flags.map((each) => ({ placed, flags: each })));
    });

    // Docker Compose prints names in an order that changes from run to run.
    test.each(flags.map((each, index) => [each.join(' '), each, index] as const))(
      'config %s',
      async (_, given, index) => {
        const answer = said[index];
        expect(answer?.kind).toBe('accepted');
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [program, ...argumentsOf({ placed, flags: given })],
          { cwd: placed.folder, env: environmentOf(shop) },
        );
        const theirs = answer?.kind === 'accepted' ? answer.text : '';
        expect(stdout.split('\n').toSorted()).toEqual(theirs.split('\n').toSorted());
      },
    );
  },
);
