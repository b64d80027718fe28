import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { publint } from 'publint';
import { expect, test } from 'vitest';

import { runCommand } from '../../src/host/run-command.ts';
import { get } from '../rig/http.ts';
import { createSandbox } from '../rig/sandbox.ts';

const repository = join(import.meta.dirname, '../..');
const PARTS = [
  'src',
  'scripts',
  'docs',
  'package.json',
  'package-lock.json',
  'CHANGELOG.md',
  'README.md',
  'LICENSE',
  'tsconfig.json',
  'tsconfig.build.json',
];

const compose = `
services:
  web:
    image: node:20
    working_dir: /app
    command: node server.js
    volumes: [".:/app:ro"]
    environment: { GREETING: ahoy }
    ports: ["127.0.0.1:18437:8080"]
`;
const server = `
require('node:http').createServer((_, answer) => answer.end(process.env.GREETING)).listen(8080);
`;

test('the package is well formed, small, and works where nothing else is', async () => {
  await using sandbox = await createSandbox({ cache: 'own' });
  const environment = await environmentIn(sandbox.folder, sandbox.home);
  const run = async (
    argv: readonly [string, ...string[]],
    cwd = sandbox.folder,
  ): Promise<string> => {
    const { signal } = new AbortController();
    const { exit, stdout, stderr } = await runCommand(argv, { cwd, environment, signal });
    expect(exit, `${argv.join(' ')}\n${stdout}${stderr}`).toEqual({ kind: 'code', code: 0 });
    return stdout;
  };

  // In a copy: packing builds, and other tests use the build of the repository.
  const source = await sourcesIn(sandbox.folder);
  const tarball = join(source, (await run(['npm', 'pack', '--silent'], source)).trim());
  const tools = join(repository, 'node_modules/.bin');
  expect(await mistakesIn(tarball)).toEqual([]);
  await run([join(tools, 'attw'), tarball, '--profile', 'node16']);

  const prefix = join(sandbox.folder, 'prefix');
  await run(['npm', 'install', '--global', '--prefix', prefix, tarball]);
  expect(packagesIn(join(prefix, 'lib/node_modules')).length).toBeLessThanOrEqual(3);
  const bowline = join(prefix, 'bin/bowline');
  expect(await readFile(bowline, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  expect((await stat(bowline)).mode & 0o111).toBe(0o111);
  expect(await run([bowline, 'version'])).toContain('0.');
  expect(await run([bowline, '--help'])).toContain('Bring the whole stack up');

  const cwd = await sandbox.write({ 'compose.yaml': compose, 'server.js': server });
  await run([bowline, 'up', '-d'], cwd);
  expect(await get('http://127.0.0.1:18437/')).toEqual({ status: 200, body: 'ahoy' });
  await run([bowline, 'down', '--volumes', '--yes'], cwd);
});

async function mistakesIn(tarball: string): Promise<readonly string[]> {
  const { messages } = await publint({
    pack: { tarball: new Uint8Array(await readFile(tarball)).buffer },
  });
  // It knows no first line but one with env, which every start would pay for; what it looks for is asked of the installed program.
  const known = 'BIN_FILE_NOT_EXECUTABLE';
  return messages
    .filter(({ type, code }) => type === 'error' && code !== known)
    .map(({ code }) => code);
}

async function sourcesIn(folder: string): Promise<string> {
  const target = join(folder, 'source');
  await mkdir(target);
  for (const part of PARTS) {
    await cp(join(repository, part), join(target, part), { recursive: true });
  }
  await symlink(join(repository, 'node_modules'), join(target, 'node_modules'));
  return target;
}

/** This program's environment, but with folders of its own, and without what npm says to the programs that it runs. */
async function environmentIn(folder: string, home: string): Promise<Record<string, string>> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || /^(npm_(?!config_)|XDG_|COMPOSE_|NODE_OPTIONS$)/.test(name)
      ? []
      : [[name, value] as const],
  );
  const cache = join(folder, 'npm-cache');
  await mkdir(cache);
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    npm_config_cache: cache,
    npm_config_update_notifier: 'false',
  };
}

/** Folders of packages, as far down as they go. */
function packagesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('@')) return packagesIn(path);
    return existsSync(join(path, 'package.json'))
      ? [path, ...packagesIn(join(path, 'node_modules'))]
      : [];
  });
}
