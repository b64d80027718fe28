// Carries out `docker|kubernetes|podman [up|down|status]` of test/beds, one at a time on a machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const bundle = join(root, 'node_modules/.cache/bowline-beds/main.mjs');
const lock = '/var/lock/bowline-beds';

await build({
  entryPoints: [join(root, 'test/beds/main.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outfile: bundle,
  // Only layout.ts asks, and means its own folder.
  define: { 'import.meta.dirname': JSON.stringify(join(root, 'test/beds')) },
  logLevel: 'warning',
});

mkdirSync('/var/lock', { recursive: true });
// The lock is not handed on to what is started: it ends with this command.
const flock = ['--close', '--timeout', '3600', lock, process.execPath, bundle];
const { status } = spawnSync('flock', [...flock, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
