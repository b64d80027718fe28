import { describe, expect, test } from 'vitest';

import { load } from '../compose/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { checkConsistency } from './check-consistency.ts';

const file = '/p/compose.yaml';

/** Code, and the text that is underlined. */
function check(
  text: string,
  { running = [] }: { readonly running?: readonly string[] } = {},
): readonly string[] {
  const result = load({
    files: [file],
    workingDir: '/p',
    profiles: [],
    environment: new Map(),
    contents: new Map([[file, { kind: 'text', text }]]),
  });
  if (result.kind === 'needs' || result.project === undefined) return ['nothing was loaded'];
  const { declared, sources, diagnostics } = result;
  const nothing = { variables: new Map(), dockerfiles: new Map(), tracked: new Set<string>() };
  const facts = { ...declared, ...nothing, running, sources };
  const found = checkConsistency(result.project, { found: diagnostics, facts });
  return found.map(({ code, at }: Diagnostic) => `${code} ${text.slice(at?.start, at?.end)}`);
}

const services = (...lines: readonly string[]): string =>
  `services:\n${lines.map((line) => `  ${line}\n`).join('')}`;

test.each<[string, string, readonly string[]]>([
  ['a project without mistakes', services('a: {image: x}'), []],
  [
    'an unknown dependency',
    services('a: {image: x, depends_on: [b]}'),
    ['compose/unknown-dependency b'],
  ],
  [
    'a dependency that is switched off',
    services('a: {image: x, depends_on: [b]}', 'b: {image: x, profiles: [p]}'),
    ['compose/inactive-dependency b'],
  ],
  [
    'one that may be',
    services(
      'a: {image: x, depends_on: {b: {condition: service_started, required: false}}}',
      'b: {image: x, profiles: [p]}',
    ),
    [],
  ],
  [
    'a service that waits for itself',
    services('a: {image: x, depends_on: [a]}'),
    ['compose/dependency-cycle a'],
  ],
  [
    'two circles are two mistakes',
    services(
      'a: {image: x, depends_on: [b]}',
      'b: {image: x, depends_on: [a]}',
      'c: {image: x, depends_on: [d]}',
      'd: {image: x, depends_on: [c]}',
    ),
    ['compose/dependency-cycle b', 'compose/dependency-cycle d'],
  ],
  [
    'an unknown network namespace',
    services('a: {image: x, network_mode: "service:b"}'),
    ['compose/unknown-dependency "service:b"'],
  ],
  [
    'an unknown link',
    services('a: {image: x, links: ["b:c"]}'),
    ['compose/unknown-dependency "b:c"'],
  ],
  ['an unknown build secret', services('a: {build: {secrets: [s]}}'), ['compose/unknown-secret s']],
  [
    'networks beside a network mode',
    services('a: {image: x, network_mode: host, networks: [default]}'),
    ['compose/conflicting-keys networks'],
  ],
  ['an unknown model', services('a: {image: x, models: [m]}'), ['compose/unknown-model m']],
  [
    'a secret of a driver, which only a swarm has',
    `${services('a: {image: x}')}secrets: {s: {driver: vault}}`,
    ['compose/missing-key s'],
  ],
  ['nothing to run', services('a: {command: x}'), ['compose/no-image a']],
  ['a provider is something', services('a: {provider: {type: x}}'), []],
  ['an anonymous volume is declared nowhere', services('a: {image: x, volumes: [/data]}'), []],
  [
    'a limit said twice alike',
    services('a: {image: x, mem_limit: 1m, deploy: {resources: {limits: {memory: 1024k}}}}'),
    [],
  ],
  [
    'a limit said twice differently',
    services('a: {image: x, cpus: 1, deploy: {resources: {limits: {cpus: "2"}}}}'),
    ['compose/contradiction 1'],
  ],
])('%s', (_, text, expected) => {
  expect(check(text)).toEqual(expected);
});

describe('published ports', () => {
  test.each<[string, string, string, boolean]>([
    ['the same port', '80:80', '80:81', true],
    ['another protocol', '80:80', '80:80/udp', false],
    ['other addresses', '127.0.0.1:80:80', '127.0.0.2:80:80', false],
    ['one address and every address', '127.0.0.1:80:80', '80:80', true],
    ['a range takes what is free', '80-82:80', '80:80', false],
    ['any port', '80', '80', false],
  ])('%s', (...[, one, other, collide]) => {
    const text = services(`a: {image: x, ports: ["${one}"]}`, `b: {image: x, ports: ["${other}"]}`);
    expect(check(text)).toEqual(collide ? [`compose/port-twice "${other}"`] : []);
  });

  test('of services that were not asked for do not count', () => {
    const text = services(
      'a: {image: x, ports: ["80:80"]}',
      'b: {image: x, ports: ["80:80"], depends_on: [c]}',
      'c: {image: x, ports: ["80:80"]}',
    );
    expect(check(text, { running: ['a'] })).toEqual([]);
    expect(check(text, { running: ['b'] })).toEqual(['compose/port-twice "80:80"']);
  });
});

describe('beside other mistakes', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'what a service lacks is told of sound services only',
      services('a: {imge: x}', 'b: {command: x}', 'c: {image: x, depends_on: [d]}'),
      ['compose/unknown-dependency d', 'compose/no-image b'],
    ],
    [
      'a service with mistakes exists',
      services('a: {image: [x]}', 'b: []', 'c: {image: x, depends_on: [a, b]}'),
      [],
    ],
    [
      'what extends a service with mistakes may lack what that one lacks',
      services('a: {imge: x}', 'b: {extends: a}', 'c: {extends: b}'),
      [],
    ],
    [
      'names under a misspelt key are not unknown',
      `${services('a: {image: x, volumes: ["data:/data"], networks: [front]}')}volums: {data: {}}\nnetworks: {front: {drivr: x}}\n`,
      [],
    ],
    [
      'other names are',
      `${services('a: {image: x, volumes: ["dat:/data"]}')}volums: {data: {}}\n`,
      ['compose/unknown-volume dat'],
    ],
    [
      'a taken port is taken',
      services('a: {imge: x, ports: ["80:80"]}', 'b: {image: x, ports: ["80:80"]}'),
      ['compose/port-twice "80:80"'],
    ],
  ])('%s', (_, text, expected) => {
    expect(check(text)).toEqual(expected);
  });
});

test('a chain of 20,000 services is no circle and no trouble', () => {
  const chain = Array.from({ length: 20_000 }, (_, n) =>
    n === 0 ? 's0: {image: x}' : `s${n}: {image: x, depends_on: [s${n - 1}]}`,
  );
  expect(check(services(...chain.toReversed()))).toEqual([]);
}, 60_000);
