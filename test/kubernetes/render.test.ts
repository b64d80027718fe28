import { basename } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { RenderedObject } from '../../src/model/rendered-object.ts';
import { manifestsToYaml } from '../../src/report/render-manifests.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { loadFolder, loadingCases, translated } from '../rig/translated.ts';

/** Kinds that the API server only knows when somebody brought them. */
const BROUGHT = new Set(['HTTPRoute']);

describe.skipIf(!(await hasKubernetesBed()))('a real API server', () => {
  test.each(loadingCases().map((folder) => [basename(folder), folder]))(
    'accepts every object of %s and knows every field of it',
    async (name, folder) => {
      const outcome = await translated(await loadFolder(folder));
      if (outcome.kind === 'refused') return;
      const namespace = `render-${name}`.slice(0, 60);
      await kubectl(['create', 'namespace', namespace]);
      onTestFinished(async () => {
        await kubectl(['delete', 'namespace', namespace, '--wait=false']);
      });
      const { translation } = outcome;
      const objects = translation.objects
        .filter(({ kind }) => !BROUGHT.has(kind))
        .map((object) => within(namespace, object));
      const options = { cwd: folder, sources: outcome.loaded.sources };
      const yaml = manifestsToYaml({ objects, origins: new Map() }, options);
      const dryRun = ['apply', '--server-side', '--dry-run=server', '--validate=strict'];
      const answer = await kubectl([...dryRun, '--output=name', '--filename', '-'], yaml);
      expect(answer.trim().split('\n').length).toBe(objects.length);
    },
  );
});

/** The same object in another namespace; the namespace itself and volumes get its name. */
function within(namespace: string, object: RenderedObject): RenderedObject {
  const { metadata } = object;
  if (object.kind === 'Namespace') return { ...object, metadata: { ...metadata, name: namespace } };
  if (metadata.namespace === undefined)
    return {
      ...object,
      metadata: { ...metadata, name: `${namespace}-${metadata.name}`.slice(0, 200) },
    };
  return { ...object, metadata: { ...metadata, namespace } };
}
