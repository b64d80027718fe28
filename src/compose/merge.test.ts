import { expect, test } from 'vitest';

import { composeFile } from './language/compose-file.ts';
import { merge } from './merge.ts';
import type { Node } from './node.ts';
import { parseYaml } from './parse-yaml.ts';

const parse = (yaml: string, file = 'a'): Node =>
  parseYaml(yaml, file).documents[0] ?? { kind: 'scalar', value: null, at };
const at = { file: 'a', start: 0, end: 0 };
const plain = (node: Node): unknown => {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
};
const service = (keys: string): string => `services: {web: ${keys}}`;
const merged = (below: string, above: string): unknown => {
  const both = merge(parse(service(below)), parse(service(above)), composeFile);
  return (plain(both) as { services: { web: unknown } }).services.web;
};

test.each<[what: string, below: string, above: string, expected: unknown]>([
  ['text is replaced', '{image: a}', '{image: b}', { image: 'b' }],
  ['keys are added', '{image: a}', '{user: b}', { image: 'a', user: 'b' }],
  ['a key without value replaces nothing', '{image: a}', '{image: }', { image: 'a' }],
  ['a command is replaced as a whole', '{command: [a, b]}', '{command: c d}', { command: 'c d' }],
  ['a command without value replaces', '{command: a}', '{command: }', { command: null }],
  [
    'a healthcheck keeps what is not replaced',
    '{healthcheck: {test: [CMD, a], interval: 1s}}',
    '{healthcheck: {test: b}}',
    { healthcheck: { test: 'b', interval: '1s' } },
  ],
  [
    'lists append, equal items once',
    '{security_opt: [a, b]}',
    '{security_opt: [b, c]}',
    { security_opt: ['a', 'b', 'c'] },
  ],
  ['one or a list append', '{dns: 1.1.1.1}', '{dns: [8.8.8.8]}', { dns: ['1.1.1.1', '8.8.8.8'] }],
  [
    'variables merge by name, in either form',
    '{environment: [A=1, B=2, C]}',
    '{environment: {B: 3, D: }}',
    { environment: { A: '1', B: 3, C: null, D: null } },
  ],
  [
    'a variable without value replaces one with a value',
    '{environment: {A: 1}}',
    '{environment: [A]}',
    { environment: { A: null } },
  ],
  [
    'addresses of a host append',
    '{extra_hosts: {a: 1.1.1.1}}',
    '{extra_hosts: ["a=2.2.2.2", "a=1.1.1.1"]}',
    { extra_hosts: ['a=1.1.1.1', 'a=2.2.2.2'] },
  ],
  [
    'dependencies merge in either form',
    '{depends_on: [a]}',
    '{depends_on: {a: {condition: service_healthy}, b: {condition: service_started}}}',
    {
      depends_on: {
        a: { condition: 'service_healthy', required: true },
        b: { condition: 'service_started' },
      },
    },
  ],
  [
    'networks merge in either form',
    '{networks: [a]}',
    '{networks: {a: {aliases: [x]}, b: }}',
    { networks: { a: { aliases: ['x'] }, b: null } },
  ],
  [
    'a build in short merges with a long one',
    '{build: .}',
    '{build: {target: x}}',
    { build: { context: '.', target: 'x' } },
  ],
  [
    'a mount takes the place of one at the same target',
    '{volumes: ["./a:/x", "./b:/y"]}',
    '{volumes: [{type: volume, source: v, target: /x/}]}',
    { volumes: [{ type: 'volume', source: 'v', target: '/x/' }, './b:/y'] },
  ],
  [
    'equal ports are one, others append',
    '{ports: ["80:80", "81:81"]}',
    '{ports: ["80:80", "90:90"]}',
    { ports: ['80:80', '81:81', '90:90'] },
  ],
  [
    'a secret takes the place of one at the same target',
    '{secrets: [a, b]}',
    '{secrets: [{source: c, target: /run/secrets/a}]}',
    { secrets: [{ source: 'c', target: '/run/secrets/a' }, 'b'] },
  ],
  [
    'an env_file takes the place of itself',
    '{env_file: a}',
    '{env_file: [b, {path: a, required: false}]}',
    { env_file: [{ path: 'a', required: false }, 'b'] },
  ],
  [
    'a limit of one number is replaced',
    '{ulimits: {nofile: 1}}',
    '{ulimits: {nofile: {soft: 2, hard: 3}}}',
    { ulimits: { nofile: { soft: 2, hard: 3 } } },
  ],
  [
    'options of another log driver are not taken over',
    '{logging: {driver: a, options: {x: 1}}}',
    '{logging: {driver: b}}',
    { logging: { driver: 'b' } },
  ],
  [
    'options of the same log driver are',
    '{logging: {options: {x: 1}}}',
    '{logging: {driver: b, options: {y: 2}}}',
    { logging: { options: { x: 1, y: 2 }, driver: 'b' } },
  ],
  [
    '!reset takes a key away',
    '{image: a, ports: ["80:80"]}',
    '{ports: !reset null}',
    { image: 'a' },
  ],
  [
    '!reset takes one variable away',
    '{environment: {A: 1, B: 2}}',
    '{environment: {A: !reset null}}',
    { environment: { B: 2 } },
  ],
  [
    '!override replaces a list',
    '{ports: ["80:80"]}',
    '{ports: !override ["90:90"]}',
    { ports: ['90:90'] },
  ],
  [
    '!reset of what is not there leaves nothing',
    '{image: a}',
    '{build: {target: !reset x, context: .}}',
    { image: 'a', build: { context: '.' } },
  ],
  [
    'keys of the author merge by their shape',
    '{x-a: {b: [1], c: 2}}',
    '{x-a: {b: [2], c: 3}}',
    { 'x-a': { b: [1, 2], c: 3 } },
  ],
  [
    'of what does not fit the later wins',
    '{ports: ["80:80"], environment: x}',
    '{ports: {a: b}, environment: [A]}',
    { ports: { a: 'b' }, environment: ['A'] },
  ],
])('%s', (...[, below, above, expected]) => {
  expect(merged(below, above)).toEqual(expected);
});

test('pools of addresses merge by subnet', () => {
  const pools = (config: string): Node => parse(`networks: {n: {ipam: {config: ${config}}}}`);
  const both = merge(
    pools('[{subnet: a, gateway: g}]'),
    pools('[{subnet: a, ip_range: r}, {subnet: b}]'),
    composeFile,
  );
  expect(plain(both)).toEqual({
    networks: {
      n: { ipam: { config: [{ subnet: 'a', gateway: 'g', ip_range: 'r' }, { subnet: 'b' }] } },
    },
  });
});

test('each value keeps the place where it was written', () => {
  const both = merge(
    parse('services: {web: {image: a, user: b}}', 'one'),
    parse('services: {web: {image: c}}', 'two'),
    composeFile,
  );
  const files: string[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'scalar') files.push(`${String(node.value)} ${node.at.file}`);
    if (node.kind === 'map') for (const { value } of node.entries) visit(value);
  };
  visit(both);
  expect(files).toEqual(['c two', 'b one']);
});

test('thousands of items merge in a moment', () => {
  const items = Array.from({ length: 20_000 }, (_, i) => `"A${i}=1"`).join();
  const before = performance.now();
  merged(
    `{environment: [${items}], security_opt: [${items}]}`,
    `{environment: [${items}], security_opt: [${items}]}`,
  );
  expect(performance.now() - before).toBeLessThan(5000);
});
