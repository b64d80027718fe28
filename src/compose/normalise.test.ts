import { describe, expect, test } from 'vitest';

import { composeFile } from './language/compose-file.ts';
import type { Node } from './node.ts';
import { normalise } from './normalise.ts';
import { parseYaml } from './parse-yaml.ts';

const parse = (yaml: string): Node => {
  const [document] = parseYaml(yaml, 'compose.yaml').documents;
  if (document === undefined) throw new Error('no document');
  return document;
};
const plain = (node: Node): unknown => {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
};
const canonical = (keys: string): Record<string, unknown> => {
  const once = normalise(parse(`services: {web: {${keys}}}`), composeFile);
  expect(plain(normalise(once, composeFile))).toEqual(plain(once));
  return (plain(once) as { services: { web: Record<string, unknown> } }).services.web;
};

// The right side is what `docker compose config --format json` of v5.5.1 prints.
describe('as docker compose prints it', () => {
  test.each<[yaml: string, expected: Readonly<Record<string, unknown>>]>([
    ['image: x', { image: 'x', command: null, entrypoint: null }],
    ['command: echo a', { command: ['echo', 'a'] }],
    ['command: ""', { command: [] }],
    [
      'ports: ["80:80"]',
      { ports: [{ mode: 'ingress', target: 80, published: '80', protocol: 'tcp' }] },
    ],
    ['ports: [3000]', { ports: [{ mode: 'ingress', target: 3000, protocol: 'tcp' }] }],
    [
      'ports: ["8000-8001:8000-8001/udp"]',
      {
        ports: [
          { mode: 'ingress', target: 8000, published: '8000', protocol: 'udp' },
          { mode: 'ingress', target: 8001, published: '8001', protocol: 'udp' },
        ],
      },
    ],
    [
      'ports: ["127.0.0.1:9000-9005:90"]',
      {
        ports: [
          {
            mode: 'ingress',
            host_ip: '127.0.0.1',
            target: 90,
            published: '9000-9005',
            protocol: 'tcp',
          },
        ],
      },
    ],
    [
      'ports: ["[::1]:1:2"]',
      { ports: [{ mode: 'ingress', host_ip: '::1', target: 2, published: '1', protocol: 'tcp' }] },
    ],
    [
      'ports: [{target: "5", published: 6}]',
      { ports: [{ target: 5, published: '6', mode: 'ingress', protocol: 'tcp' }] },
    ],
    [
      'volumes: ["./a:/b/../c:ro,z"]',
      {
        volumes: [
          { type: 'bind', source: './a', target: '/c', read_only: true, bind: { selinux: 'z' } },
        ],
      },
    ],
    [
      'volumes: ["data:/d"]',
      { volumes: [{ type: 'volume', source: 'data', target: '/d', volume: {} }] },
    ],
    ['volumes: [/anonymous]', { volumes: [{ type: 'volume', target: '/anonymous', volume: {} }] }],
    ['volumes: ["v:/d"]', { volumes: [{ type: 'volume', target: 'v:/d', volume: {} }] }],
    [
      'volumes: [{type: bind, source: a, target: /q, bind: {create_host_path: true}}]',
      { volumes: [{ type: 'bind', source: 'a', target: '/q', bind: {} }] },
    ],
    [
      'volumes: [{type: bind, source: a, target: /q, bind: {create_host_path: "false"}}]',
      { volumes: [{ type: 'bind', source: 'a', target: '/q', bind: { create_host_path: false } }] },
    ],
    [
      'volumes: [{type: tmpfs, target: /t, tmpfs: {size: 10m, mode: 448}}]',
      { volumes: [{ type: 'tmpfs', target: '/t', tmpfs: { size: '10485760', mode: 448 } }] },
    ],
    ['depends_on: [db]', { depends_on: { db: { condition: 'service_started', required: true } } }],
    [
      'depends_on: {db: {condition: service_healthy, restart: "yes"}}',
      { depends_on: { db: { condition: 'service_healthy', restart: true, required: true } } },
    ],
    ['environment: [A=1, B, C=]', { environment: { A: '1', B: null, C: '' } }],
    [
      'environment: {A: 1.0, B: true, C: , D: 0.00001, E: 1e6, F: 1234567.5, G: 1234567, H: 100000.0, I: 0x1F}',
      {
        environment: {
          A: '1',
          B: 'true',
          C: null,
          D: '1e-05',
          E: '1e+06',
          F: '1.2345675e+06',
          G: '1234567',
          H: '100000',
          I: '31',
        },
      },
    ],
    ['labels: [a=b, c]', { labels: { a: 'b', c: '' } }],
    ['build: .', { build: { context: '.' } }],
    [
      'build: {dockerfile_inline: FROM x, args: [A, B=1]}',
      { build: { context: '.', dockerfile_inline: 'FROM x', args: { A: null, B: '1' } } },
    ],
    [
      'healthcheck: {test: curl x, interval: 90s, retries: "5", disable: "off"}',
      { healthcheck: { test: ['CMD-SHELL', 'curl x'], interval: '1m30s', retries: 5 } },
    ],
    [
      'ulimits: {nofile: "5", nproc: {soft: 1, hard: "2"}}',
      { ulimits: { nofile: 5, nproc: { soft: 1, hard: 2 } } },
    ],
    [
      'secrets: [s, {source: s, target: q, mode: "440"}]',
      {
        secrets: [
          { source: 's', target: '/run/secrets/s' },
          { source: 's', target: 'q', mode: '0440' },
        ],
      },
    ],
    ['configs: [c]', { configs: [{ source: 'c' }] }],
    ['networks: [a]', { networks: { a: null } }],
    [
      'extra_hosts: ["b:1.1.1.1", "a=::1", "b=[::2]"]',
      { extra_hosts: ['a=::1', 'b=1.1.1.1', 'b=::2'] },
    ],
    ['extra_hosts: {a: [1.1.1.1, 2.2.2.2]}', { extra_hosts: ['a=1.1.1.1', 'a=2.2.2.2'] }],
    [
      'devices: ["/dev/b:/dev/c:r", /dev/a]',
      {
        devices: [
          { source: '/dev/b', target: '/dev/c', permissions: 'r' },
          { source: '/dev/a', target: '/dev/a', permissions: 'rwm' },
        ],
      },
    ],
    ['env_file: a', { env_file: [{ path: 'a' }] }],
    ['env_file: [{path: a, required: false}]', { env_file: [{ path: 'a', required: false }] }],
    ['gpus: all', { gpus: [{ count: -1 }] }],
    ['expose: [3000, "53/udp"]', { expose: ['3000', '53/udp'] }],
    [
      'mem_limit: 1.5g, shm_size: 64, mem_swappiness: 60',
      { mem_limit: '1610612736', shm_size: '64', mem_swappiness: '60' },
    ],
    ['cpus: "0.123456789"', { cpus: 0.12345679 }],
    [
      'deploy: {resources: {limits: {cpus: "0.3"}}}',
      { deploy: { resources: { limits: { cpus: 0.3 } }, placement: {} } },
    ],
    ['stop_grace_period: 1d', { stop_grace_period: '24h0m0s' }],
    ['logging: {options: {a: 1, b: }}', { logging: { options: { a: '1', b: '' } } }],
    [
      'develop: {watch: [{path: a, action: rebuild}]}',
      { develop: { watch: [{ path: 'a', action: 'rebuild', exec: { command: null } }] } },
    ],
    [
      'provider: {type: x, options: {a: 1, b: [1, x]}}',
      { provider: { type: 'x', options: { a: ['1'], b: ['1', 'x'] } } },
    ],
    ['pull_policy: if_not_present', { pull_policy: 'missing' }],
    // What says nothing is left out, except where it differs from an absent key.
    [
      'tty: false, init: false, attach: "false", scale: 0, ports: [], environment: {}, user: "", cpus: 0, mem_limit: 0',
      { init: false, attach: false, scale: 0 },
    ],
    ['dns: 8.8.8.8, tmpfs: /run', { dns: ['8.8.8.8'], tmpfs: ['/run'] }],
    // Of two that are the same thing the later takes the place of the earlier.
    ['environment: [A=1, B=1, A=2]', { environment: { A: '2', B: '1' } }],
    [
      'volumes: ["./a:/x", "./b:/x"]',
      { volumes: [{ type: 'bind', source: './b', target: '/x', bind: {} }] },
    ],
  ])('%s', (yaml, expected) => {
    expect(canonical(yaml)).toEqual({ command: null, entrypoint: null, ...expected });
  });
});

test('resources without a value are sections, and an old external name moves out', () => {
  const tree = parse(
    'networks: {a: , b: {external: {name: x}}}\nvolumes: {v: }\nsecrets: {s: {external: "true"}, t: {file: a, external: false}}',
  );
  expect(plain(normalise(tree, composeFile))).toEqual({
    networks: { a: { ipam: {} }, b: { external: true, name: 'x', ipam: {} } },
    volumes: { v: {} },
    secrets: { s: { external: true }, t: { file: 'a' } },
  });
});

test('what cannot be read stays as it is', () => {
  const wrong =
    'ports: ["99999:80"], mem_limit: 10x, depends_on: [{a: b}], volumes: {a: b}, environment: x, command: "\'a", retries: 3';
  expect(canonical(wrong)).toEqual({
    ports: ['99999:80'],
    mem_limit: '10x',
    depends_on: [{ a: 'b' }],
    volumes: { a: 'b' },
    environment: 'x',
    command: "'a",
    retries: 3,
    entrypoint: null,
  });
});

test('a pair of a list has a place for its name and one for its value', () => {
  const text = 'services:\n  web:\n    environment:\n      - NAME=value\n';
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.kind !== 'map') return;
    for (const { key, keyAt, value } of node.entries) {
      if (key === 'NAME')
        found.push(text.slice(keyAt.start, keyAt.end), text.slice(value.at.start, value.at.end));
      visit(value);
    }
  };
  visit(normalise(parse(text), composeFile));
  expect(found).toEqual(['NAME', 'value']);
});
