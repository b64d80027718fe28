import { onTestFinished, describe, expect, test } from 'vitest';

import { hasKubernetesBed } from '../beds/has-bed.ts';
import { adminConfig, developerConfig } from '../beds/kubernetes/addresses.ts';
import { kubectl } from '../beds/kubernetes/control-plane.ts';
import { registry } from '../beds/layout.ts';
import { createSandbox, type Result, type Sandbox } from '../rig/sandbox.ts';
import { createNamespace, type Namespace } from './namespace.ts';

/** A folder of manifests, a namespace for them, and `bowline` there. */
interface Bench {
  readonly namespace: Namespace;
  readonly machine: Sandbox;
  readonly write: (files: Readonly<Record<string, object | string>>) => Promise<string>;
  readonly apply: (...args: readonly string[]) => Promise<Result>;
  readonly bowline: (...args: readonly string[]) => Promise<Result>;
}

async function createBench(): Promise<Bench> {
  const namespace = await createNamespace();
  const machine = await createSandbox();
  onTestFinished(() => machine[Symbol.asyncDispose]());
  let cwd = machine.folder;
  const bowline = (...args: readonly string[]): Promise<Result> =>
    machine.run([...args, '-n', namespace.name], {
      cwd,
      leavesNothing: true,
      environment: { KUBECONFIG: adminConfig },
    });
  return {
    namespace,
    machine,
    bowline,
    write: async (files) => {
      const texts = Object.entries(files).map(([path, content]) => [
        path,
        typeof content === 'string' ? content : JSON.stringify(content, undefined, 2),
      ]);
      cwd = await machine.write(Object.fromEntries(texts) as Record<string, string>, 'shop');
      return cwd;
    },
    apply: (...args) => bowline('apply', '-f', '.', ...args),
  };
}

interface Change {
  readonly kind: string;
  readonly object: string;
  readonly became: string;
}

interface Extra {
  readonly [field: string]: unknown;
}

function deployment(name: string, container: Extra, pod: Extra = {}): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name, image: 'busybox', ...container }],
          ...pod,
        },
      },
    },
  };
}

function job(name: string, script: string, spec: Extra = {}): object {
  const container = { name, image: 'busybox', command: ['sh', '-c', script] };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      ...spec,
      template: { spec: { restartPolicy: 'Never', containers: [container] } },
    },
  };
}

const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data: { a: 'b' },
};
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } } },
};
const page = {
  command: ['sh', '-c', 'echo hello >/tmp/index.html; exec httpd -f -p 8000 -h /tmp'],
  readinessProbe: { httpGet: { path: '/index.html', port: 8000 }, periodSeconds: 1 },
};

/** Codes in the failure block, in their order. */
function codesIn({ stderr }: Result): readonly string[] {
  return [...stderr.matchAll(/\[(kubernetes\/[a-z-]+)\]/g)].map(([, code]) => code ?? '');
}

/** What became of each object, in the order in which it was said. */
function changesIn({ stdout }: Result): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly body: Change })
    .flatMap(({ body }) => (body.kind === 'object' ? [`${body.object} ${body.became}`] : []));
}

describe.skipIf(!(await hasKubernetesBed()))('apply', () => {
  test('applies in order, is done when everything works, and has nothing to do again', async () => {
    const { write, apply, namespace } = await createBench();
    await write({
      'a-web.yaml': deployment('web', page),
      'b-migrate.json': job('migrate', 'echo migrated'),
      'c-rest.yaml': `${JSON.stringify(settings)}\n---\n${JSON.stringify(claim)}\n`,
    });
    const first = await apply('--json');
    expect({ code: first.code, changes: changesIn(first) }).toEqual({
      code: 0,
      changes: [
        expect.stringMatching(/created/),
        expect.stringMatching(/created/),
        'Job/migrate created',
        expect.stringMatching(/ready/),
        expect.stringMatching(/ready/),
        'Deployment/web created',
        'Deployment/web ready',
      ],
    });
    expect(await namespace.kubectl('logs', 'job/migrate')).toBe('migrated\n');
    const again = await apply('--json');
    const changes = changesIn(again).filter((change) => !change.endsWith('unchanged'));
    expect({ code: again.code, changes }).toEqual({ code: 0, changes: [] });
  });

  test('says where, before anything is changed', async () => {
    const { write, apply, namespace } = await createBench();
    await write({ 'settings.yaml': settings });
    const { stderr } = await apply();
    const [target, created] = stderr.split('\n');
    expect(target).toMatch(
      `target: context bed (https://198.18.255.1:6443), namespace ${namespace.name}: 1 object`,
    );
    expect(created).toMatch('ConfigMap/settings  created');
  });

  test('every mistake is named at once, at its place, and nothing is changed', async () => {
    const { write, apply, namespace } = await createBench();
    await write({
      'settings.yaml': settings,
      'web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replcas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: busybox }] }
---
apiVersion: v1
kind: Pod
metadata: { name: one }
spec:
  containers:
    - name: one
      image: busybox
      env: [{ name: DEBUG, value: yes }]
---
apiVersion: extensions/v1beta1
kind: Ingress
metadata: { name: old }
`,
    });
    const result = await apply();
    expect(result.code).toBe(2);
    expect([...codesIn(result)].toSorted()).toEqual([
      'kubernetes/unknown-field',
      'kubernetes/unknown-kind',
      'kubernetes/wrong-type',
    ]);
    for (const place of ['web.yaml:5:3', 'web.yaml:18:28', 'web.yaml:20:1']) {
      expect(result.stderr).toMatch(`at ${place}`);
    }
    expect(result.stderr).toMatch('networking.k8s.io/v1');
    expect(result.stderr).toMatch('nothing was changed');
    expect(await namespace.kubectl('get', 'configmap', '--output', 'name')).not.toMatch('settings');
  });

  test('what is no longer in the folder goes, but no claim', async () => {
    const { write, apply, machine, namespace } = await createBench();
    const cwd = await write({
      'settings.yaml': settings,
      'claim.yaml': claim,
      'job.yaml': job('once', 'true'),
    });
    expect((await apply()).code).toBe(0);
    await machine.write({ 'settings.yaml': JSON.stringify(settings) }, 'shop');
    const { rmSync } = await import('node:fs');
    for (const file of ['claim.yaml', 'job.yaml']) rmSync(`${cwd}/${file}`);
    expect(changesIn(await apply('--json')).toSorted()).toEqual([
      'ConfigMap/settings unchanged',
      'Job/once deleted',
      'PersistentVolumeClaim/data kept',
    ]);
    expect(await namespace.kubectl('get', 'job,pvc', '--output', 'name')).toBe(
      'persistentvolumeclaim/data\n',
    );
  });

  test('another project of the same name deletes nothing of the first', async () => {
    const { write, apply, machine, namespace } = await createBench();
    const cwd = await write({ 'settings.yaml': settings });
    await apply();
    const { rmSync } = await import('node:fs');
    rmSync(`${cwd}/settings.yaml`);
    const other = { ...settings, metadata: { name: 'other' } };
    await machine.write({ 'other.yaml': JSON.stringify(other) }, 'shop');
    const result = await apply();
    expect({ code: result.code, codes: codesIn(result) }).toEqual({
      code: 2,
      codes: ['kubernetes/other-set'],
    });
    expect(await namespace.kubectl('get', 'configmap', 'settings', '--output', 'name')).toBe(
      'configmap/settings\n',
    );
  });

  test('a changed Job, and one that failed, is made anew', async () => {
    const { write, apply, namespace } = await createBench();
    await write({ 'job.yaml': job('migrate', 'exit 1') });
    expect((await apply()).code).toBe(1);
    await write({ 'job.yaml': job('migrate', 'echo second') });
    expect(changesIn(await apply('--json'))).toEqual(['Job/migrate replaced', 'Job/migrate ready']);
    expect(await namespace.kubectl('logs', 'job/migrate')).toBe('second\n');
  });

  test('a failing migration keeps the new version from being rolled out', async () => {
    const { write, apply, namespace } = await createBench();
    await write({ 'web.yaml': deployment('web', page) });
    expect((await apply()).code).toBe(0);
    await write({
      'web.yaml': deployment('web', { ...page, env: [{ name: 'VERSION', value: '2' }] }),
      'job.yaml': job('migrate', 'echo column is missing; exit 3'),
    });
    const result = await apply();
    expect({ code: result.code, codes: codesIn(result) }).toEqual({
      code: 1,
      codes: ['kubernetes/job-failed'],
    });
    expect(result.stderr).toMatch('exit code 3');
    expect(result.stderr).toMatch('column is missing');
    expect(result.stderr).toMatch('not begun: Deployment/web');
    const path = 'jsonpath={.spec.template.spec.containers[0].env}{.status.readyReplicas}';
    expect(await namespace.kubectl('get', 'deployment', 'web', '--output', path)).toBe('1');
  });

  test('a field that another has set is not overwritten, and its owner is named', async () => {
    const { write, apply, namespace } = await createBench();
    await write({ 'settings.yaml': settings });
    await apply();
    const patch = JSON.stringify({ data: { a: 'by hand' } });
    await namespace.kubectl(
      'patch',
      'configmap',
      'settings',
      '--patch',
      patch,
      '--field-manager=ops',
    );
    const refused = await apply();
    expect({ code: refused.code, codes: codesIn(refused) }).toEqual({
      code: 2,
      codes: ['kubernetes/field-conflict'],
    });
    expect(refused.stderr).toMatch('ops has set data.a');
    expect((await apply('--force-conflicts')).code).toBe(0);
  });

  test('`--dry-run` says what would become of it, and changes nothing', async () => {
    const { write, apply, namespace } = await createBench();
    await write({ 'settings.yaml': settings });
    expect(changesIn(await apply('--dry-run', '--json'))).toEqual(['ConfigMap/settings created']);
    expect(await namespace.kubectl('get', 'configmap', '--output', 'name')).toBe(
      'configmap/kube-root-ca.crt\n',
    );
  });

  test('delete keeps claims, and takes them only when that is agreed to', async () => {
    const { write, apply, bowline, namespace } = await createBench();
    await write({
      'all.yaml': `${JSON.stringify(claim)}\n---\n${JSON.stringify(deployment('web', page))}`,
    });
    await apply();
    expect(changesIn(await bowline('delete', '-f', '.', '--json'))).toEqual([
      'Deployment/web deleted',
      'PersistentVolumeClaim/data kept',
    ]);
    expect(await namespace.kubectl('get', 'pods,pvc', '--output', 'name')).toBe(
      'persistentvolumeclaim/data\n',
    );
    const unasked = await bowline('delete', '-f', '.', '--volumes');
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toMatch('PersistentVolumeClaim/data (10Mi)');
    expect((await bowline('delete', '-f', '.', '--volumes', '--yes')).code).toBe(0);
    expect(await namespace.kubectl('get', 'pvc,configmap', '--output', 'name')).toBe(
      'configmap/kube-root-ca.crt\n',
    );
  });

  const failures: readonly (readonly [string, object, string, RegExp])[] = [
    [
      'an image that does not exist',
      deployment('web', { image: `${registry}/no-such-image:1` }),
      'kubernetes/image-not-found',
      /no-such-image:1 does not exist/,
    ],
    [
      'a name that is no image',
      deployment('web', { image: 'Shop/Web' }),
      'kubernetes/image-name',
      /Shop\/Web/,
    ],
    [
      'a registry that does not exist',
      deployment('web', { image: 'registry.invalid/web:1' }),
      'kubernetes/image-registry-unknown',
      /registry\.invalid/,
    ],
    [
      'a Secret that does not exist',
      deployment('web', { envFrom: [{ secretRef: { name: 'absent' } }] }),
      'kubernetes/missing-object',
      /needs the Secret "absent"/,
    ],
    [
      'a mounted ConfigMap that does not exist',
      deployment(
        'web',
        {},
        {
          volumes: [{ name: 'v', configMap: { name: 'absent' } }],
          containers: [
            { name: 'web', image: 'busybox', volumeMounts: [{ name: 'v', mountPath: '/v' }] },
          ],
        },
      ),
      'kubernetes/missing-object',
      /needs the ConfigMap "absent"/,
    ],
    [
      'a program that crashes',
      deployment('web', { command: ['sh', '-c', 'echo SECRET_KEY is empty; exit 3'] }),
      'kubernetes/crash-loop',
      /exit code 3[^]*SECRET_KEY is empty/,
    ],
    [
      'a program that does not exist',
      deployment('web', { command: ['serve'] }),
      'kubernetes/program-missing',
      /no program serve/,
    ],
    [
      'an image that would run as root where that is forbidden',
      deployment('web', { securityContext: { runAsNonRoot: true } }),
      'kubernetes/runs-as-root',
      /runAsNonRoot/,
    ],
    [
      'more memory than its limit',
      deployment('web', {
        command: ['sh', '-c', 'x=a; while :; do x=$x$x; done'],
        resources: { limits: { memory: '16Mi' } },
      }),
      'kubernetes/out-of-memory',
      /its limit of 16Mi/,
    ],
    [
      'a claim that does not exist',
      deployment(
        'web',
        {},
        { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'absent' } }] },
      ),
      'kubernetes/unschedulable',
      /the claim "absent"/,
    ],
    [
      'a storage class that does not exist',
      { ...claim, spec: { ...claim.spec, storageClassName: 'absent' } },
      'kubernetes/storage-class-missing',
      /storage class "absent"/,
    ],
    [
      'a Job that takes too long',
      job('slow', 'echo thinking; sleep 60', { activeDeadlineSeconds: 2 }),
      'kubernetes/job-deadline',
      /activeDeadlineSeconds/,
    ],
    [
      'an initialising container that fails',
      deployment(
        'web',
        {},
        {
          initContainers: [
            { name: 'prepare', image: 'busybox', command: ['sh', '-c', 'echo no table; exit 2'] },
          ],
        },
      ),
      'kubernetes/crash-loop',
      /container prepare ends with exit code 2[^]*no table/,
    ],
    [
      'a service account that does not exist',
      deployment('web', {}, { serviceAccountName: 'absent' }),
      'kubernetes/missing-object',
      /service account/,
    ],
  ];

  test.each(failures)(
    '%s is told as the cause, long before time is up',
    async (...[, object, code, words]) => {
      const { write, apply } = await createBench();
      await write({ 'all.yaml': object });
      const began = performance.now();
      const result = await apply('--timeout', '100');
      expect({ code: result.code, codes: codesIn(result) }).toEqual({ code: 1, codes: [code] });
      expect(result.stderr).toMatch(words);
      expect(performance.now() - began).toBeLessThan(90_000);
    },
  );

  test('a quota that would be exceeded is told with its numbers', async () => {
    const { write, apply, namespace } = await createBench();
    await namespace.kubectl('create', 'quota', 'small', '--hard=pods=0');
    await write({ 'web.yaml': deployment('web', page) });
    const result = await apply();
    expect(codesIn(result)).toEqual(['kubernetes/quota']);
    expect(result.stderr).toMatch(/quota small: pods=1 asked for, pods=0 in use, pods=0 allowed/);
  });

  test('the security standard of a namespace is told with what it asks for', async () => {
    const { write, apply, namespace } = await createBench();
    await kubectl([
      'label',
      'namespace',
      namespace.name,
      'pod-security.kubernetes.io/enforce=restricted',
    ]);
    await write({ 'web.yaml': deployment('web', page) });
    const result = await apply();
    expect(codesIn(result)).toEqual(['kubernetes/pod-security']);
    expect(result.stderr).toMatch('allowPrivilegeEscalation');
  });

  test('a probe that does not succeed is the cause when time is up, and the outcome is unknown', async () => {
    const { write, apply } = await createBench();
    const readinessProbe = { httpGet: { path: '/none', port: 8000 }, periodSeconds: 1 };
    await write({ 'web.yaml': deployment('web', { ...page, readinessProbe }) });
    const result = await apply('--timeout', '10');
    expect({ code: result.code, codes: codesIn(result) }).toEqual({
      code: 70,
      codes: ['kubernetes/not-ready'],
    });
    expect(result.stderr).toMatch(/GET \/none on port 8000[^]*404/);
  });

  test('the value of a Secret in a file of git is warned about and never shown', async () => {
    const { write, apply } = await createBench();
    const cwd = await write({
      'secret.yaml': {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's' },
        data: { password: 'aHVudGVyMg==' },
      },
    });
    const { execFileSync } = await import('node:child_process');
    execFileSync('git', ['init', '--quiet'], { cwd });
    execFileSync('git', ['add', '.'], { cwd });
    const result = await apply();
    expect(result.code, result.stderr).toBe(0);
    expect(codesIn(result)).toEqual(['kubernetes/secret-in-git']);
    expect(result.stderr + result.stdout).not.toMatch(/aHVudGVyMg|hunter2/);
  });
});

describe.skipIf(!(await hasKubernetesBed()))('a cluster that does not let one', () => {
  async function applied(environment: Record<string, string>, ...args: readonly string[]) {
    const machine = await createSandbox();
    onTestFinished(() => machine[Symbol.asyncDispose]());
    const cwd = await machine.write({ 'settings.yaml': JSON.stringify(settings) }, 'shop');
    const result = await machine.run(['apply', '-f', '.', ...args], {
      cwd,
      environment,
      leavesNothing: true,
    });
    return { code: result.code, codes: codesIn(result), stderr: result.stderr };
  }

  test('says which right is missing to what, with exit code 5', async () => {
    const result = await applied({ KUBECONFIG: developerConfig }, '-n', 'default');
    expect(result).toMatchObject({ code: 5, codes: ['kubernetes/forbidden'] });
    expect(result.stderr).toMatch(/user developer may not get configmaps in namespace default/);
  });

  test('names the contexts near to a misspelt one', async () => {
    const result = await applied({ KUBECONFIG: adminConfig }, '--context', 'bde');
    expect(result).toMatchObject({ code: 5, codes: ['kubernetes/context-unknown'] });
    expect(result.stderr).toMatch('--context bed');
  });

  test('says that a namespace is missing', async () => {
    const result = await applied({ KUBECONFIG: adminConfig }, '-n', 'kube-absent');
    expect(result).toMatchObject({ code: 5, codes: ['kubernetes/namespace-missing'] });
  });

  test('says that there is no kubeconfig', async () => {
    const result = await applied({ KUBECONFIG: '/nowhere/config' });
    expect(result).toMatchObject({ code: 5, codes: ['kubernetes/kubeconfig-missing'] });
  });

  test('says that nothing answers', async () => {
    const { readFileSync, writeFileSync } = await import('node:fs');
    const machine = await createSandbox();
    onTestFinished(() => machine[Symbol.asyncDispose]());
    const file = `${machine.folder}/config`;
    writeFileSync(
      file,
      readFileSync(adminConfig, 'utf8').replace('198.18.255.1:6443', '127.0.0.1:9'),
    );
    const result = await applied({ KUBECONFIG: file });
    expect(result).toMatchObject({ code: 5, codes: ['kubernetes/unreachable'] });
    expect(result.stderr).toMatch('nothing listens there');
  });

  test('with few rights, in its own namespace, all that is documented works', async () => {
    const result = await applied(
      { KUBECONFIG: developerConfig },
      '-n',
      'team',
      '-p',
      'kube-rights',
    );
    expect(result.stderr).toMatch('ConfigMap/settings');
    expect(result.code, result.stderr).toBe(0);
    await kubectl(['-n', 'team', 'delete', 'configmap', 'settings', 'bowline-kube-rights']);
  });
});
