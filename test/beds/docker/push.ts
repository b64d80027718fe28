import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { docker, registry } from '../layout.ts';
import { dockerCommand } from './engine.ts';
import { PAUSE, officialNames } from './images.ts';

/** Puts the images where a cluster looks for them: `postgres:17` becomes `library/postgres:17` of the registry. */
export async function pushImages(): Promise<void> {
  const file = join(docker.folder, 'registry', 'pushed.json');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const now = JSON.stringify(await imageIds());
  if (now === before) return;
  for (const name of officialNames) await pushAs(name, `${registry}/library/${name}`);
  await dockerCommand(['push', '--quiet', PAUSE]);
  writeFileSync(file, now);
}

async function pushAs(name: string, target: string): Promise<void> {
  await dockerCommand(['tag', name, target]);
  await dockerCommand(['push', '--quiet', target], { timeoutMs: 600_000 });
  await dockerCommand(['rmi', target]);
}

async function imageIds(): Promise<readonly string[]> {
  const names = [...officialNames, PAUSE];
  const ids = await dockerCommand(['image', 'inspect', '--format', '{{.Id}}', ...names]);
  return ids.split('\n').map((id, index) => `${names[index] ?? ''} ${id}`);
}
