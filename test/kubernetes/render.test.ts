import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { RenderedObject } from '../../src/model/rendered-object.ts';
import { manifestsToYaml } from '../../src/report/render-manifests.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { loadFolder, loadingCases, translated } from '../rig/translated.ts';

/** Kinds that the API server only knows when somebody brought them. */
const BROUGHT = new Set(['HTTPRoute']);

/** Of each namespace that was made, by its labels. Nothing but service accounts is made in them. */
const made = new Map<string, string>();
afterAll(async () => {
  for (const name of made.values()) await kubectl(['delete', 'namespace', name, '--wait=false']);
});

async function namespaceWith(labels: Readonly<Record<string, string>>): Promise<string> {
  const key = JSON.stringify(labels);
  const name = made.get(key) ?? `render-${randomUUID()}`;
  if (made.has(key)) return name;
  made.set(key, name);
  const metadata = { name, labels };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata };
  await kubectl(['create', '--filename', '-'], JSON.stringify(namespace));
  return name;
}

describe.skipIf(!(await hasKubernetesBed()))('a real API server', () => {
  test.each(loadingCases().map((folder) => [basename(folder), folder]))(
    'accepts every object of %s and knows every field of it',
    async (_, folder) => {
      const outcome = await translated(await loadFolder(folder));
      if (outcome.kind === 'refused') return;
      const namespace = await namespaceWith({});
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

  test.each(loadingCases().map((folder) => [basename(folder), folder]))(
    'lets the pods of %s into a namespace that is as strict as theirs',
    async (_, folder) => {
      const outcome = await translated(await loadFolder(folder));
      if (outcome.kind === 'refused') return;
      const { objects } = outcome.translation;
      const { metadata } = objects.find(({ kind }) => kind === 'Namespace') ?? {};
      const levels = Object.entries(metadata?.labels ?? {}).filter(([key]) =>
        key.startsWith('pod-security.'),
      );
      const namespace = await namespaceWith(Object.fromEntries(levels));
      const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
      if (accounts.length > 0) {
        const wanted = listOf(accounts.map((each) => within(namespace, each)));
        await kubectl(['apply', '--filename', '-'], wanted);
      }
      const pods = objects.flatMap((object) => podOf(object, namespace));
      const options = ['--dry-run=server', '--validate=strict', '--output=name'];
      const answer = await kubectl(['create', ...options, '--filename', '-'], listOf(pods));
      expect(
        answer
          .trim()
          .split('\n')
          .filter((line) => line !== '').length,
      ).toBe(pods.length);
    },
  );
});

function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** The pod that a workload would make, without claims and classes that are not there. */
function podOf(object: RenderedObject, namespace: string): readonly object[] {
  const spec = recordOf(object['spec']);
  const template = recordOf(spec['template']);
  if (template['spec'] === undefined) return [];
  const { runtimeClassName: _, ...pod } = recordOf(template['spec']);
  const claims = Array.isArray(spec['volumeClaimTemplates']) ? spec['volumeClaimTemplates'] : [];
  const volumes = [
    ...(Array.isArray(pod['volumes']) ? pod['volumes'] : []),
    ...claims.map((claim) => {
      const { name } = recordOf(recordOf(claim)['metadata']);
      return { name, persistentVolumeClaim: { claimName: name } };
    }),
  ];
  const metadata = { name: object.metadata.name, namespace };
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...pod, volumes } }];
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

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
