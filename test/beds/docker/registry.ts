import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { docker, folderOf, registry } from '../layout.ts';
import { type Space, startIn } from '../space.ts';
import { until } from '../until.ts';

/** Starts a registry on loopback; what was pushed to it stays from one time to the next. */
export async function startRegistry(space: Space): Promise<void> {
  const file = join(folderOf(docker), 'registry.yml');
  writeFileSync(file, JSON.stringify(settings(), undefined, 2));
  const server = startIn(space, 'registry', ['docker-registry', 'serve', file]);
  await until(`a registry at ${registry}`, async () => {
    if (server.exitCode !== null)
      throw new Error(`the registry ended: see ${docker.folder}/log/registry.log`);
    return isRegistryUp();
  });
}

/** Whether something answers as a registry does. */
export async function isRegistryUp(): Promise<boolean> {
  try {
    return (await fetch(`http://${registry}/v2/`)).ok;
  } catch {
    return false;
  }
}

/** JSON is YAML, too. */
function settings(): Readonly<Record<string, unknown>> {
  return {
    version: '0.1',
    log: { level: 'warn' },
    storage: {
      filesystem: { rootdirectory: folderOf(docker, 'registry') },
      delete: { enabled: true },
    },
    http: { addr: registry.replace('localhost', '127.0.0.1') },
  };
}
