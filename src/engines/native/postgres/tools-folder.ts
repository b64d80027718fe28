import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCodeOf } from '../../../host/error-code.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { Launcher } from './launcher.ts';
import { programIn } from './machine-facts.ts';

export interface ToolsOptions {
  /** Folder of bowline's cache. */
  readonly cache: string;
  readonly binaries: PostgresBinaries;
  readonly launcher: Launcher;
  /** Absolute paths. */
  readonly node: string;
  readonly psql: string;
  /** `PATH` in which the machine's own client programs are looked for; they are better than bowline's. */
  readonly path: string | undefined;
}

/**
 * A folder of programs that the image has and the service may call: `psql` and `pg_isready` unless the machine has them,
 * and the server's own. It goes to the front of the service's `PATH`.
 */
export async function toolsFolder(options: ToolsOptions): Promise<string> {
  const { cache, binaries, launcher, node, psql, path } = options;
  const scripts = new Map<string, string>();
  for (const name of ['psql', 'pg_isready']) {
    if (programIn(path, name) === undefined) scripts.set(name, script([node, psql, name]));
  }
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    scripts.set(name, script([...launcher.wrapper, join(binaries.bin, name)]));
  }
  const text = JSON.stringify([...scripts]);
  const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = join(cache, 'postgres', `tools-${id}`);
  if (await exists(folder)) return folder;
  await mkdir(join(cache, 'postgres'), { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(cache, 'postgres/.tools-'));
  try {
    for (const [name, content] of scripts) {
      await writeFile(join(draft, name), content, { mode: 0o755 });
      await chmod(join(draft, name), 0o755);
    }
    await chmod(draft, 0o755);
    await rename(draft, folder).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(errorCodeOf(error) ?? '')) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

function script(words: readonly string[]): string {
  return `#!/bin/sh\nexec ${words.map(quoted).join(' ')} "$@"\n`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
