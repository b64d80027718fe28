import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { RenderedObject } from '../../src/model/rendered-object.ts';
import type { Translation } from '../../src/model/translation.ts';
import { manifestsToYaml } from '../../src/report/render-manifests.ts';
import { hasKubernetesBed } from '../beds/has-bed.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { loadFolder, loadingCases, translated } from '../rig/translated.ts';
import { askApi, deleteNamespace } from './api.ts';

/** Kinds that the API server only knows when somebody brought them. */
const BROUGHT = new Set(['HTTPRoute']);

/** Objects of a case, as YAML that kubectl takes. */
interface Part {
  readonly name: string;
  readonly yaml: string;
  readonly count: number;
}

/** Of each namespace that was made, by its labels. Nothing but service accounts is made in them. */
const made = new Map<string, string>();
afterAll(async () => {
  for (const name of made.values()) await deleteNamespace(name);
});

async function namespaceWith(labels: Readonly<Record<string, string>>): Promise<string> {
  const key = JSON.stringify(labels);
  const name = made.get(key) ?? `render-${randomUUID()}`;
  if (made.has(key)) return name;
  made.set(key, name);
  await askApi('POST', '/api/v1/namespaces', { metadata: { name, labels } });
  return name;
}

describe.skipIf(!(await hasKubernetesBed()))('a real API server', () => {
  test('accepts every object of every case and knows every field of it', async () => {
    const namespace = await namespaceWith({});
    const parts = (await translations()).map(([name, { objects }]) => {
      const known = objects.filter(({ kind }) => !BROUGHT.has(kind));
      return partOf(
        name,
        known.map((each) => within(namespace, each)),
      );
    });
    const apply = ['apply', '--server-side', '--dry-run=server', '--validate=strict'];
    expect(await refused(parts, [...apply, '--output=name'])).toEqual([]);
  });

  test('lets the pods of every case into a namespace that is as strict as theirs', async () => {
    const [accounts, pods]: [Part[], Part[]] = [[], []];
    for (const [name, { objects }] of await translations()) {
      const { metadata } = objects.find(({ kind }) => kind === 'Namespace') ?? {};
      const levels = Object.entries(metadata?.labels ?? {}).filter(([key]) =>
        key.startsWith('pod-security.'),
      );
      const namespace = await namespaceWith(Object.fromEntries(levels));
      const own = objects.filter(({ kind }) => kind === 'ServiceAccount');
      accounts.push(
        partOf(
          name,
          own.map((each) => within(namespace, each)),
        ),
      );
      pods.push(
        partOf(
          name,
          objects.flatMap((each) => podOf(each, namespace)),
        ),
      );
    }
    expect(await refused(accounts, ['apply', '--output=name'])).toEqual([]);
    const create = ['create', '--dry-run=server', '--validate=strict', '--output=name'];
    expect(await refused(pods, create)).toEqual([]);
  });
});

/** What each case becomes on a cluster, but for those that cannot. */
async function translations(): Promise<readonly (readonly [string, Translation])[]> {
  const found: (readonly [string, Translation])[] = [];
  for (const folder of loadingCases()) {
    const outcome = await translated(await loadFolder(folder));
    if (outcome.kind === 'translated') found.push([basename(folder), outcome.translation]);
  }
  return found;
}

function partOf(name: string, objects: readonly RenderedObject[]): Part {
  const options = { cwd: '/', sources: new Map<string, string>() };
  const yaml = manifestsToYaml({ objects, origins: new Map() }, options);
  return { name, yaml, count: objects.length };
}

/**
 * Those of which kubectl does not take every object, each with what it says of them. It takes long to start, so it is
 * given all of them at once, and only when that fails each by itself.
 */
async function refused(
  parts: readonly Part[],
  args: readonly string[],
): Promise<readonly string[]> {
  const filled = parts.filter(({ count }) => count > 0);
  expect(filled).not.toEqual([]);
  const all: Part = {
    name: 'all',
    yaml: filled.map(({ yaml }) => yaml).join(''),
    count: filled.reduce((sum, { count }) => sum + count, 0),
  };
  if ((await complaintOf(all, args)) === undefined) return [];
  const complaints: string[] = [];
  for (const part of filled) complaints.push((await complaintOf(part, args)) ?? '');
  const named = complaints.filter((text) => text !== '');
  return named.length === 0 ? ['all of them together, and none alone'] : named;
}

async function complaintOf(
  { name, yaml, count }: Part,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const lines = (await kubectl([...args, '--filename', '-'], yaml)).trim().split('\n');
    return lines.length === count ? undefined : `${name}: ${lines.length} of ${count} objects`;
  } catch (error) {
    return `${name}: ${String(error)}`;
  }
}

/** The pod that a workload would make, without claims and classes that are not there. */
function podOf(object: RenderedObject, namespace: string): readonly RenderedObject[] {
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
