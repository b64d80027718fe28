import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { registry } from '../beds/layout.ts';
import { createSandbox, type Result } from '../rig/sandbox.ts';
import { createNamespace, type Namespace } from './namespace.ts';

/** A copy of examples/django, its manifests with names of its own, and a cluster for them. */
export interface TutorialBench {
  readonly namespace: Namespace;
  /** The copy. */
  readonly folder: string;
  /** Where the page is. */
  readonly page: string;
  /** Builds the image of the copy as it is, and puts it where the cluster looks for it. */
  readonly release: (version: string) => Promise<void>;
  /** Replaces text in one of the manifests, which must have it. */
  readonly edit: (file: string, before: string | RegExp, after: string) => Promise<void>;
  readonly bowline: (...args: readonly string[]) => Promise<Result>;
}

export async function createTutorialBench(): Promise<TutorialBench> {
  const namespace = await createNamespace();
  const machine = await createSandbox();
  onTestFinished(() => machine[Symbol.asyncDispose]());
  const folder = await machine.copy('examples/django');
  const id = randomBytes(4).toString('hex');
  const image = `journey-${id}`;
  const port = 31_000 + (Number.parseInt(id.slice(0, 4), 16) % 1500);
  const data = mkdtempSync('/var/tmp/journey-');
  onTestFinished(async () => {
    await kubectl(['delete', 'persistentvolume', `pv-${id}`, '--ignore-not-found', '--wait=false']);
    rmSync(data, { recursive: true, force: true });
  });
  const edit = editorOf(folder);
  // Volumes, node ports and images belong to everybody who uses the cluster.
  await edit('k8s/2-postgres-storage.yaml', /status-postgres-pv\b/g, `pv-${id}`);
  await edit('k8s/2-postgres-storage.yaml', /Name: manual/g, `Name: manual-${id}`);
  await edit('k8s/2-postgres-storage.yaml', '/data/status-postgres', `${data}/status`);
  await edit('k8s/5-web.yaml', '30080', String(port));
  await edit('k8s/6-live.yaml', '30081', String(port + 1));
  for (const file of ['4-migrate', '5-web', '6-live'])
    await edit(`k8s/${file}.yaml`, 'django-status:', `${image}:`);
  // The bed has this version.
  await edit('Dockerfile', 'python:3.11-slim', 'python:3.13-slim');
  return {
    namespace,
    folder,
    page: `http://127.0.0.1:${port}`,
    edit,
    release: (version) => release(`${registry}/library/${image}:${version}`, folder),
    bowline: (...args) =>
      machine.run(['--namespace', namespace.name, ...args], {
        cwd: folder,
        leavesNothing: true,
        environment: { KUBECONFIG: adminConfig },
      }),
  };
}

function editorOf(folder: string): TutorialBench['edit'] {
  return async (file, before, after) => {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    if (text.search(before) === -1) throw new Error(`${file} has no ${String(before)}`);
    await writeFile(path, text.replaceAll(before, after));
  };
}

async function release(image: string, folder: string): Promise<void> {
  onTestFinished(async () => {
    await dockerCommand(['rmi', '--force', image]);
  });
  await dockerCommand(['build', '--quiet', '--tag', image, folder], { timeoutMs: 600_000 });
  await dockerCommand(['push', '--quiet', image], { timeoutMs: 300_000 });
}
