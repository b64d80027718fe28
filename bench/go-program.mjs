import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Path of a program that is built of a Go module when it is not there yet, outside of the tree; undefined, with one line
 * about it, where that cannot be.
 */
export function goProgram(
  name,
  module,
  { kept = join('bowline-bench', module.split('@')[1]) } = {},
) {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), kept);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, 'build-'));
  try {
    console.error(`building ${name} (${module}); this takes minutes`);
    go(['mod', 'init', 'built'], scratch);
    go(['get', module], scratch);
    go(['build', '-p', '1', '-ldflags', '-s -w', '-o', name, module.split('@')[0]], scratch);
    renameSync(join(scratch, name), program);
    return program;
  } catch (error) {
    console.error(`SKIPPED ${name}: ${error.message}`);
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** In the background of the machine: what is being measured beside it counts more. */
function go(args, cwd) {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' };
  const { status, stderr, error } = spawnSync('nice', ['go', ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  const last = (stderr ?? '').trim().split('\n').at(-1);
  if (status !== 0) throw new Error(error?.message ?? `go ${args[0]}: ${last}`);
}
