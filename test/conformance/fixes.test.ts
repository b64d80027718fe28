import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { planFixes } from '../../src/actions/plan-fixes.ts';
import { dockerCompose, librarySource } from './toolchain.ts';

const isThere = librarySource() !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'bowline-fixed-'));
const file = join(folder, 'compose.yaml');
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const { signal } = new AbortController();
let oracle = '';

const service = (...lines: readonly string[]): string =>
  `services:\n  web:\n    image: nginx\n${lines.map((line) => `    ${line}\n`).join('')}  db:\n    image: postgres:17\nvolumes:\n  data:\n`;

const refused: readonly (readonly [name: string, text: string])[] = [
  ['a misspelt key of a service', service('enviroment: {A: b}')],
  ['a key in the wrong manner of writing', service('dependsOn: [db]')],
  ['a misspelt key at the top', 'servces:\n  a: {image: x}\n'],
  ['a misspelt key of a healthcheck', service('healthcheck: {test: ok, intervall: 5s}')],
  ['a misspelt service', service('depends_on: [bd]')],
  ['a misspelt service in a mapping', service('depends_on:', '  bd: {condition: service_started}')],
  ['a misspelt volume', service('volumes: ["dta:/x"]')],
  [
    'a misspelt volume in the long form',
    service('volumes:', '  - {type: volume, source: dta, target: /x}'),
  ],
  ['a misspelt condition', service('depends_on: {db: {condition: service_helthy}}')],
  ['half a condition', service('depends_on: {db: {condition: healthy}}')],
  ['a text for a list of services', service('depends_on: db')],
  ['a text for a list of ports', service('ports: "80:80"')],
  ['a text for a list of volumes', service('volumes: ./a:/b')],
  ['a number for a list of ports', service('ports: 80')],
  ['a text for a list of variables', service('environment: A=b')],
  ['a unit on a count', service('healthcheck: {test: ok, retries: 10s}')],
  ['a duration without a unit', service('healthcheck: {test: ok, interval: 10}')],
  ['a duration in quotes without a unit', service('healthcheck: {test: ok, interval: "10"}')],
  ['a probe without CMD', service('healthcheck: {test: [pg_isready, -U, app]}')],
  ['a misspelt kind of probe', service('healthcheck: {test: [CMD_SHELL, pg_isready]}')],
  ['a mapping in a list of variables', service('environment:', '  - A: b', '  - C=d')],
  ['a number in a command', service('command: [sleep, 1]')],
  ['a truth value in a command', service('command: [echo, true]')],
  ['localhost for an address', service('ports: ["localhost:8080:80"]')],
  ['a protocol behind a colon', service('ports: ["53:53:udp"]')],
  ['an item twice', service('cap_drop: [ALL]', 'security_opt: [a, a]', 'expose: ["80", "80"]')],
  ['tabs', 'services:\n\tweb:\n\t\timage: nginx\n\t\tports:\n\t\t\t- "80:80"\n'],
  ['a blank that is missing', 'services:\n  web:\n    image:nginx\n    tty: true\n'],
  ['a colon that is missing', 'services\n  web:\n    image: nginx\n'],
  ['a colon inside a value', service('command: echo a: b')],
  ['a sign that YAML keeps for itself', service('command: @start')],
  ['a base that is misspelt', service('extends: {service: dbb}')],
  ['a number for a key', 'services:\n  1: {image: nginx}\n'],
  [
    'all at once',
    `version: "3"\n${service('enviroment:', '  - A: b', 'depends_on: bd', 'healthcheck: {test: [pg_isready], retries: 10s, interval: 5}', 'volumes: [dta:/x]')}`,
  ],
];

function isAccepted(text: string): { readonly accepted: boolean; readonly why: string } {
  writeFileSync(file, text);
  const { status, stderr } = spawnSync(oracle, ['-f', file, 'config', '-q'], { encoding: 'utf8' });
  return { accepted: status === 0, why: stderr };
}

describe.skipIf(!isThere)('what Docker Compose refuses it accepts once it is fixed', () => {
  beforeAll(async () => {
    oracle = await dockerCompose();
  });

  test.each(refused)('%s', async (_, text) => {
    writeFileSync(file, text);
    const options = { files: [file], profiles: [], envFiles: [], environment: {}, cwd: folder };
    const { files } = await planFixes(options, { signal });
    const after = files[0]?.after ?? text;
    expect(after).not.toBe(text);
    expect(isAccepted(after)).toEqual({ accepted: true, why: expect.any(String) as string });
  });

  test('the table is of files that it refuses, but for a few', () => {
    const accepted = refused.filter(([, text]) => isAccepted(text).accepted).map(([name]) => name);
    expect(accepted).toEqual([]);
  });
});
