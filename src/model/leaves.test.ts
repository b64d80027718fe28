import { expect, test } from 'vitest';

import { changeInWords, changesBetween } from './change.ts';
import { type Leaves, leavesOf, parseLeaves } from './leaves.ts';
import type { Json, Project } from './project.ts';
import { parseServiceName } from './project.ts';

const at = { file: '/p/compose.yaml', start: 0, end: 0 };

function leaves(service: Readonly<Record<string, Json>>, parts: Partial<Project> = {}): Leaves {
  return leavesOf({
    name: 'shop',
    workingDir: '/p',
    files: [],
    services: [],
    inactive: [],
    networks: [],
    volumes: [],
    secrets: [],
    configs: [],
    canonical: { services: { web: service } },
    origins: new Map(),
    settings: { environments: new Map() },
    ...parts,
  })('web');
}

test('each value is named as a person would name it', () => {
  expect(
    leaves({
      image: 'web:1',
      command: ['sh', '-c', 'a && b'],
      entrypoint: null,
      environment: { DEBUG: '1', __proto__x: 'y' },
      labels: { 'com.example/x': 'y' },
      ports: [{ target: 80, published: '8000' }],
      init: true,
    }),
  ).toEqual({
    image: 'web:1',
    command: 'sh -c "a && b"',
    'environment.DEBUG': '1',
    'environment.__proto__x': 'y',
    'labels["com.example/x"]': 'y',
    'ports[0].target': '80',
    'ports[0].published': '8000',
    init: 'true',
  });
});

test('what a running copy does not depend on is no leaf', () => {
  expect(
    leaves({ depends_on: { db: {} }, scale: 2, deploy: { replicas: 2 }, 'x-note': 'a' }),
  ).toEqual({});
});

test('no secret is kept, and yet a change of it is seen', () => {
  const service = parseServiceName('web');
  if (service === undefined) throw new Error('web');
  const made = (password: string): Leaves => {
    const environment = {
      DB_PASSWORD: password,
      URL: `postgres://app:${password}@db/app`,
    };
    const values = new Map(Object.entries(environment).map(([key, value]) => [key, { value, at }]));
    return leaves(
      { environment, secrets: [{ source: 'token' }] },
      {
        // Of a service, only this is read.
        services: [{ name: service, environment: values } as unknown as Project['services'][0]],
        secrets: [{ key: 'token', name: 'token', at, kind: 'file', path: '/t', digest: password }],
      },
    );
  };
  const before = made('hunter22');
  expect(JSON.stringify(before)).not.toContain('hunter22');
  expect(changesBetween(before, made('hunter33')).map(changeInWords)).toEqual([
    'environment.DB_PASSWORD: ‹secret›, changed',
    'environment.URL: postgres://app:‹secret›@db/app, changed',
    'secrets.token: ‹secret›, changed',
  ]);
  expect(changesBetween(before, made('hunter22'))).toEqual([]);
});

test('a long value is kept by its beginning, and a change at its end is seen', () => {
  const [one, other] = [
    leaves({ image: `${'a'.repeat(300)}1` }),
    leaves({ image: `${'a'.repeat(300)}2` }),
  ];
  expect(JSON.stringify(one).length).toBeLessThan(120);
  expect(changesBetween(one, other).map(changeInWords)).toEqual([
    `image: ${'a'.repeat(40)}…, changed`,
  ]);
});

test('what is new, changed and gone is said so', () => {
  expect(
    changesBetween({ a: '1', b: '2', constructor: 'x' }, { b: '3', c: '' }).map(changeInWords),
  ).toEqual(['b: 2 → 3', 'c: , new', 'a: removed', 'constructor: removed']);
});

test('leaves go through a label and come back; what is none is left alone', () => {
  const made = leaves({ image: 'web:1', environment: { TOKEN: 'hunter22' } });
  expect(parseLeaves(JSON.stringify(made))).toEqual(made);
  for (const text of ['', '{', '[]', 'null', '{"a":1}', '{"a":{"text":1}}', '{"a":{"text":"b"}}']) {
    expect(parseLeaves(text)).toBeUndefined();
  }
});
