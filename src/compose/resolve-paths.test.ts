import { expect, test } from 'vitest';

import { composeFile } from './language/compose-file.ts';
import type { Node } from './node.ts';
import { normalise } from './normalise.ts';
import { parseYaml } from './parse-yaml.ts';
import { resolvePaths } from './resolve-paths.ts';

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
const base = { folder: '/project', home: '/home/me' };
const canonical = { command: null, entrypoint: null };

test.each<[yaml: string, expected: unknown]>([
  ['build: .', { build: { context: '/project' } }],
  [
    'build: {context: https://x/y.git, additional_contexts: [a=./a, b=service:db, c=docker-image://x]}',
    {
      build: {
        context: 'https://x/y.git',
        additional_contexts: { a: '/project/a', b: 'service:db', c: 'docker-image://x' },
      },
    },
  ],
  [
    'volumes: ["./a:/a", "~/b:/b", "data:/c", "/d:/d"]',
    {
      volumes: [
        { type: 'bind', source: '/project/a', target: '/a', bind: {} },
        { type: 'bind', source: '/home/me/b', target: '/b', bind: {} },
        { type: 'volume', source: 'data', target: '/c', volume: {} },
        { type: 'bind', source: '/d', target: '/d', bind: {} },
      ],
    },
  ],
  [
    'env_file: [a.env, {path: ../b.env}], label_file: l',
    { env_file: [{ path: '/project/a.env' }, { path: '/b.env' }], label_file: ['/project/l'] },
  ],
  [
    'develop: {watch: [{path: src, action: sync, target: /app}]}',
    {
      develop: {
        watch: [{ path: '/project/src', action: 'sync', target: '/app', exec: { command: null } }],
      },
    },
  ],
  ['x-bowline: {native: {cwd: web}}', { 'x-bowline': { native: { cwd: '/project/web' } } }],
])('%s', (yaml, expected) => {
  const tree = parse(`services: {web: {${yaml}}}`);
  const whole = { services: { web: { ...canonical, ...(expected as object) } } };
  expect(plain(resolvePaths(normalise(tree, composeFile), composeFile, base))).toEqual(whole);
  expect(plain(normalise(resolvePaths(tree, composeFile, base), composeFile))).toEqual(whole);
});

test('files of secrets, and a bind mount in the disguise of a volume, are paths', () => {
  const tree = parse(
    'secrets: {s: {file: ./s}}\nvolumes: {v: {driver: local, driver_opts: {type: none, o: bind, device: ./d}}, w: {driver: nfs, driver_opts: {o: bind, device: ./d}}}',
  );
  expect(plain(resolvePaths(tree, composeFile, '/project'))).toEqual({
    secrets: { s: { file: '/project/s' } },
    volumes: {
      v: { driver: 'local', driver_opts: { type: 'none', o: 'bind', device: '/project/d' } },
      w: { driver: 'nfs', driver_opts: { o: 'bind', device: './d' } },
    },
  });
});

test('a tree without relative paths is the very same tree', () => {
  const tree = parse('services: {web: {image: x, volumes: ["data:/c"], env_file: /a.env}}');
  expect(resolvePaths(normalise(tree, composeFile), composeFile, base)).toEqual(
    normalise(tree, composeFile),
  );
});
