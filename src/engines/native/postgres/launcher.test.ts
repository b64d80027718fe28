import { chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runCommand } from '../../../host/run-command.ts';
import { findLauncher, launched } from './launcher.ts';
import { accountsOf, programIn } from './machine-facts.ts';
import { makeRig } from './testing/rig.ts';

const isRoot = process.getuid?.() === 0;
const { signal } = new AbortController();
const environment = { PATH: '/usr/bin:/bin' };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('accounts are read, whatever else the file holds', () => {
  expect(
    accountsOf('root:x:0:0::/root:/bin/sh\n# no\n\nnobody:x:65534:65534:x\n+::::::\n'),
  ).toEqual([
    { name: 'root', uid: 0, gid: 0 },
    { name: 'nobody', uid: 65534, gid: 65534 },
  ]);
});

test('an ordinary user starts programs as they are', async () => {
  const accounts = accountsOf(await readFile('/etc/passwd', 'latin1'));
  const { uid, gid } = accounts.find((each) => each.uid !== 0) ?? { uid: 1, gid: 1 };
  const launcher = await findLauncher({ cache: folder, environment, uid, gid, signal });
  expect(launcher).toEqual({ wrapper: [], owner: { uid, gid } });
  expect(launched(launcher, '/bin/ls', ['-l'])).toEqual(['/bin/ls', '-l']);
});

describe.runIf(isRoot && process.platform === 'linux')('as root (skipped otherwise)', () => {
  test('programs are started as somebody else, and the way is remembered', async () => {
    const options = { cache: folder, environment, uid: 0, gid: 0, signal };
    const launcher = await findLauncher(options);
    const { stdout } = await runCommand(launched(launcher, '/usr/bin/id', ['-un']), {
      environment,
      signal,
    });
    expect(['postgres', 'nobody']).toContain(stdout.trim());
    expect(await findLauncher({ ...options, environment: { PATH: '/nonexistent' } })).toEqual(
      launcher,
    );
  });

  test('another user does where there are no user namespaces, under a folder of root, too', async () => {
    await mkdir(join(folder, 'bin'));
    await symlink(programIn(undefined, 'setpriv') ?? '', join(folder, 'bin/setpriv'));
    await writeFile(join(folder, 'bin/unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const path = `${join(folder, 'bin')}:/usr/bin:/bin`;
    const options = { cache: folder, environment: { PATH: path }, uid: 0, gid: 0, signal };
    const launcher = await findLauncher(options);
    expect(launcher.wrapper[0]).toBe(join(folder, 'bin/setpriv'));
    await using rig = await makeRig({ launcher });
    const service = await rig.service({ POSTGRES_DB: 'x' }, { 'a.sql': 'SELECT 41 + 1 AS answer' });
    expect(await rig.init(service)).toMatchObject({ changed: true });
    expect(rig.output().join('\n')).toContain('42');
  }, 60_000);

  test('an ordinary user gets a database without any of it', async () => {
    const program = join(folder, 'program.mjs');
    await writeFile(join(folder, 'program.ts'), asOrdinaryUser);
    await build({
      entryPoints: [join(folder, 'program.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      external: ['pg'],
      alias: { rig: join(import.meta.dirname, 'testing/rig.ts') },
      define: { 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
      logLevel: 'silent',
    });
    await mkdir(join(folder, 'own'));
    for (const path of [folder, join(folder, 'own')]) await chown(path, 65534, 65534);
    const argv = [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      program,
    ] as const;
    const result = await runCommand(argv, {
      cwd: folder,
      environment: { ...environment, TMPDIR: join(folder, 'own') },
      signal,
    });
    expect([result.stderr, result.stdout]).toEqual(['', '65534 true 42\n']);
  }, 60_000);
});

const asOrdinaryUser = `
import { makeRig } from 'rig';
const rig = await makeRig();
const service = await rig.service({}, { 'a.sql': 'SELECT 41 + 1 AS answer' });
const { changed } = await rig.init(service);
const answer = rig.output().find((line) => line.includes('42')).trim();
console.log(process.getuid(), changed, answer);
await rig[Symbol.asyncDispose]();
`;
