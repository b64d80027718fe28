import cluster from 'node:cluster';
import { hostname } from 'node:os';
import { parseSettings } from './settings.ts';

// Each process loads its own half only: the primary needs neither the web framework nor pg.
const parsed = parseSettings(process.env, hostname());
if (parsed.kind === 'wrong') {
  process.stderr.write(`status: ${parsed.problem}\n`);
  process.exitCode = 2;
} else if (cluster.isPrimary) {
  const { runPrimary } = await import('./primary.ts');
  runPrimary(parsed.settings);
} else {
  const { runWorker } = await import('./worker.ts');
  runWorker(parsed.settings);
}
