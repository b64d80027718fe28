import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { runCommand } from '../../../host/run-command.ts';
import { type BinariesOptions, findBinaries } from './find-binaries.ts';
import { installedPackage } from './installed-package.ts';
import { platformName } from './machine-facts.ts';
import { majorsFor, packageOf } from './package-table.ts';

let folder = '';
const { signal } = new AbortController();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function options(change: Partial<BinariesOptions> = {}): BinariesOptions {
  return {
    cache: join(folder, 'cache'),
    folder: import.meta.dirname,
    environment: { PATH: '/usr/bin:/bin' },
    node: process.execPath,
    signal,
    emit: () => {},
    ...change,
  };
}

async function versionOf(bin: string): Promise<string> {
  const { stdout } = await runCommand([join(bin, 'postgres'), '--version'], {
    environment: {},
    signal,
  });
  return stdout.trim();
}

test('version 17 comes from the package that is installed with bowline', async () => {
  const found = await findBinaries(17, options());
  expect(found).toMatchObject({ major: 17, version: '17.10', origin: 'package' });
  expect(await versionOf(found.bin)).toBe('postgres (PostgreSQL) 17.10');
  expect(await findBinaries(17, options({ folder: '/nonexistent' }))).toEqual(found);
});

test('an installation without links and without the right to run is repaired in the cache, and left as it is', async () => {
  const wanted = packageOf(17, platformName());
  const native =
    wanted === undefined ? undefined : await installedPackage(wanted, import.meta.dirname);
  const copy = join(folder, 'node_modules', wanted?.name ?? '');
  await mkdir(dirname(copy), { recursive: true });
  await cp(dirname(native ?? ''), copy, {
    recursive: true,
    // What npm cannot pack is what the package's own script would have made.
    filter: (source) =>
      !/\.so(\.\d+)?$/.test(source) ||
      /(libcrypto|libssl|liblzma|libxml2|libxslt|libz|libossp-uuid)\.so|postgresql\//.test(source),
  });
  for (const name of ['postgres', 'initdb', 'pg_ctl'])
    await chmod(join(copy, 'native/bin', name), 0o644);
  const broken = runCommand([join(copy, 'native/bin/postgres'), '--version'], {
    environment: {},
    signal,
  });
  await expect(broken).rejects.toMatchObject({ code: 'EACCES' });
  const { bin } = await findBinaries(17, options({ folder }));
  expect(await versionOf(bin)).toBe('postgres (PostgreSQL) 17.10');
}, 60_000);

/** An npm that does what the test says. */
async function npm(script: string): Promise<Partial<BinariesOptions>> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    folder: '/nonexistent',
    node: join(bin, 'node'),
    environment: { PATH: '/usr/bin:/bin' },
  };
}

test('a registry that cannot be reached is a finding with what npm says', async () => {
  const change = await npm('echo "npm error code ENOTFOUND" >&2; exit 1');
  await expect(findBinaries(17, options(change))).rejects.toMatchObject({
    findings: [{ code: 'postgres/binaries-unavailable', proof: ['npm error code ENOTFOUND'] }],
  });
});

test('an archive that is not the published one is refused', async () => {
  const change = await npm('echo x > package.tgz');
  await expect(findBinaries(17, options(change))).rejects.toMatchObject({
    findings: [
      {
        cause: expect.stringContaining('is not what was published') as string,
        proof: [
          expect.stringMatching(/^expected sha512-/),
          expect.stringMatching(/^received sha512-/),
        ],
      },
    ],
  });
});

test('a system with musl is told what it can do', async () => {
  const change = options({ platform: 'linux-musl-x64' });
  await expect(findBinaries(17, change)).rejects.toMatchObject({
    findings: [
      {
        cause: expect.stringContaining('musl') as string,
        fix: expect.arrayContaining([expect.stringContaining('apk add postgresql17')]) as unknown,
      },
    ],
  });
});

test('every platform has the majors that are published for it', () => {
  expect(majorsFor('linux-x64')).toEqual([14, 15, 16, 17, 18]);
  for (const platform of ['linux-arm64', 'darwin-x64', 'darwin-arm64']) {
    expect(majorsFor(platform)).toEqual([15, 16, 17, 18]);
  }
  expect(majorsFor('win32-x64')).toEqual([]);
});
