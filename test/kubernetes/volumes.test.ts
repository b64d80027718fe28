import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig, nodeName } from '../beds/kubernetes/addresses.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { until } from '../beds/until.ts';
import { createSandbox, type Result } from '../rig/sandbox.ts';
import { createNamespace } from './namespace.ts';

/** The node is this machine: a folder of it, which the cluster sees under the same name. */
function folderOfNode(): string {
  const folder = mkdtempSync('/var/tmp/journey-');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function createBench(compose: object): Promise<{
  readonly namespace: string;
  readonly bowline: (...args: readonly string[]) => Promise<Result>;
  readonly volumes: () => Promise<readonly Record<string, unknown>[]>;
}> {
  const { name: namespace } = await createNamespace();
  const machine = await createSandbox();
  onTestFinished(() => machine[Symbol.asyncDispose]());
  onTestFinished(async () => {
    const path = `jsonpath={range .items[?(@.spec.claimRef.namespace=="${namespace}")]}{.metadata.name} {end}`;
    const names = (await kubectl(['get', 'persistentvolumes', '--output', path])).trim();
    if (names !== '')
      await kubectl(['delete', 'persistentvolume', '--wait=false', ...names.split(' ')]);
  });
  const cwd = await machine.write({ 'compose.yaml': JSON.stringify(compose) }, 'shop');
  const bowline = (...args: readonly string[]): Promise<Result> =>
    machine.run(['--engine', 'kubernetes', '--namespace', namespace, ...args], {
      cwd,
      leavesNothing: true,
      environment: { KUBECONFIG: adminConfig },
    });
  const volumes = async () => {
    const { code, stdout, stderr } = await bowline('volumes', '--json');
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as readonly Record<string, unknown>[];
  };
  return { namespace, bowline, volumes };
}

const keeper = {
  image: 'busybox',
  command: ['sh', '-c', 'date >>/data/starts; exec sleep 10000'],
  stop_grace_period: '1s',
  volumes: ['data:/data'],
};

describe.skipIf(!(await hasKubernetesBed()))('volumes on a cluster', () => {
  test('are claims with their volume, its class, and what becomes of it', async () => {
    const { bowline, volumes } = await createBench({
      name: 'shop',
      services: { keeper: { ...keeper, 'x-bowline': { storage: { size: '20Mi' } } } },
      volumes: { data: {} },
    });
    expect(await volumes()).toEqual([
      expect.objectContaining({ services: ['keeper'], state: 'absent', isExternal: false }),
    ]);
    const up = await bowline('up', '-d');
    expect(up.code, up.stderr).toBe(0);
    const [data] = await volumes();
    expect(data).toMatchObject({
      services: ['keeper'],
      state: 'bound',
      isExternal: false,
      sizeBytes: 20 * 2 ** 20,
      accessModes: ['ReadWriteOnce'],
      reclaim: 'Delete',
      place: expect.stringMatching(/^pvc-/),
    });
    const table = await bowline('volumes');
    expect(table.stdout).toMatch(/keeper +bound +20Mi/);
  });

  test('on a folder of the node are bound by name, and keep their data over down and up', async () => {
    const folder = folderOfNode();
    const { bowline, volumes } = await createBench({
      name: 'shop',
      services: {
        keeper: {
          ...keeper,
          'x-bowline': {
            storage: {
              size: '10Mi',
              host_path: folder,
              access_mode: 'ReadWriteOnce',
              reclaim: 'Retain',
            },
          },
        },
      },
      volumes: { data: {} },
    });
    for (const starts of [1, 2]) {
      const up = await bowline('up', '-d');
      expect(up.code, up.stderr).toBe(0);
      const lines = await bowline('exec', '-T', 'keeper', 'cat', '/data/starts');
      expect(lines.stdout.trim().split('\n')).toHaveLength(starts);
      expect((await bowline('down')).code).toBe(0);
    }
    const [data] = await volumes();
    expect(data).toMatchObject({
      state: 'bound',
      reclaim: 'Retain',
      source: `hostPath ${folder}`,
      used: { kind: 'unknown', hint: 'a cluster counts only while a pod has it mounted' },
    });

    // The claim is gone, and the volume belongs to it for ever: a new claim of the same name waits for nothing.
    expect((await bowline('down', '-v', '--yes')).code).toBe(0);
    const again = await bowline('up', '-d', '--json');
    expect(again.stdout + again.stderr).toMatch('kubernetes/volume-released');
    expect(again.code).toBe(1);
    const volume = String(data?.['place']);
    const words = /kubectl patch persistentvolume [^"]*'\{[^']*\}'/.exec(
      again.stdout.replaceAll('\\"', '"'),
    );
    expect(words?.[0]).toMatch(volume);
    const patch = /'(\{.*\})'/.exec(words?.[0] ?? '')?.[1] ?? '';
    await kubectl(['patch', 'persistentvolume', volume, '--type=merge', '--patch', patch]);
    const up = await bowline('up', '-d');
    expect(up.code, up.stderr).toBe(0);
    const lines = await bowline('exec', '-T', 'keeper', 'cat', '/data/starts');
    expect(lines.stdout.trim().split('\n')).toHaveLength(3);
  });

  test('that a kubelet counts say how much is used, and others how to count', async () => {
    const folder = folderOfNode();
    mkdirSync(join(folder, 'disk'));
    const { bowline, volumes, namespace } = await createBench({
      name: 'shop',
      services: { keeper },
      volumes: { data: { external: true, name: 'ready' } },
    });
    expect(await volumes()).toEqual([
      { name: 'ready', services: ['keeper'], state: 'absent', isExternal: true },
    ]);
    const spec = { accessModes: ['ReadWriteOnce'], storageClassName: '' };
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${namespace}-disk` },
      spec: {
        ...spec,
        capacity: { storage: '10Mi' },
        local: { path: join(folder, 'disk') },
        claimRef: { name: 'ready', namespace },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] },
                ],
              },
            ],
          },
        },
      },
    };
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'ready', namespace },
      spec: { ...spec, resources: { requests: { storage: '10Mi' } } },
    };
    for (const object of [volume, claim])
      await kubectl(['apply', '--filename', '-'], JSON.stringify(object));
    const up = await bowline('up', '-d');
    expect(up.code, up.stderr).toBe(0);
    const said = new Set<string>();
    await until(
      'the kubelet to have counted',
      async () => {
        const [found] = await volumes();
        const used = found?.['used'] as { readonly kind: string; readonly hint?: string };
        said.add(used.hint ?? used.kind);
        return used.kind === 'counted';
      },
      // It counts once a minute.
      { timeoutMs: 120_000, everyMs: 1000 },
    );
    said.delete('counted');
    // Unless it happens to count between the two.
    expect(
      [...said].every((hint) => hint.endsWith('bowline exec keeper du -sh /data counts')),
    ).toBe(true);
    const [found] = await volumes();
    expect(found).toMatchObject({
      isExternal: true,
      source: `local ${join(folder, 'disk')}`,
      used: { kind: 'counted' },
    });
  });
});
