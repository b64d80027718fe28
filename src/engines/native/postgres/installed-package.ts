import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { ServerPackage } from './package-table.ts';

/**
 * The folder `native` of a package that npm has installed where `folder` finds it. Undefined: it is not there, not of
 * this version, or without its programs.
 */
export async function installedPackage(
  { name, version }: ServerPackage,
  folder: string,
): Promise<string | undefined> {
  try {
    const entry = createRequire(join(folder, 'package.json')).resolve(name);
    const root = join(dirname(entry), '..');
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    if (!hasVersion(manifest) || manifest.version !== version) return undefined;
    await stat(join(root, 'native/bin/postgres'));
    return join(root, 'native');
  } catch {
    return undefined;
  }
}

function hasVersion(value: unknown): value is { readonly version: unknown } {
  return typeof value === 'object' && value !== null && 'version' in value;
}
