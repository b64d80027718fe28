import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The release of Docker Compose that we agree with, and of the library in it. */
const COMPOSE = 'github.com/docker/compose/v5/cmd@v5.5.1';
const LIBRARY = 'github.com/compose-spec/compose-go/v2@v2.15.0';

/** Outside of the tree: none of it is ours to keep. */
export const cache: string = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'bowline-tests',
  COMPOSE.split('@')[1] ?? '',
);

/** The folder of the library's source; absent, with a line about it, where there is no Go. */
export function librarySource(): string | undefined {
  try {
    const said = execFileSync('go', ['mod', 'download', '-json', LIBRARY], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const module: { readonly Dir: string } = JSON.parse(said);
    return module.Dir;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    // oxlint-disable-next-line no-console -- a test that does not run must say so
    console.warn(`SKIPPED, nothing is compared with Docker Compose: ${reason}`);
    return undefined;
  }
}

/** Docker Compose itself, built when it is not there yet. */
export async function dockerCompose(): Promise<string> {
  const program = join(cache, 'docker-compose');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'build-'));
  const go = async (...args: readonly string[]): Promise<void> => {
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
    await promisify(execFile)('go', args, { cwd: folder, env, maxBuffer: 1 << 26 });
  };
  try {
    await go('mod', 'init', 'oracle');
    await go('get', COMPOSE);
    await go('build', '-ldflags', '-s -w', '-o', 'docker-compose', COMPOSE.split('@')[0] ?? '');
    // Two test files may build at once: whoever is last replaces the same by the same.
    renameSync(join(folder, 'docker-compose'), program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return program;
}

export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}
