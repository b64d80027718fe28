import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const repository = join(import.meta.dirname, '..');
const state = process.env.BOWLINE_BEDS_STATE ?? '/var/lib/bowline-beds';
const cache = process.env.BOWLINE_BEDS_CACHE ?? '/var/cache/bowline-beds';
const HOOK = 'bowline-bench';

/**
 * The cluster of the bed, with simulated nodes on which the pods of marked namespaces run: hundreds of them cost
 * nothing there, and other pods stay where they are. Undefined where it is not up.
 */
export async function openCluster() {
  const kubeconfig = process.env.KUBECONFIG ?? join(state, 'kubernetes/pki/admin.conf');
  if (!existsSync(kubeconfig)) return undefined;
  const environment = { ...process.env, KUBECONFIG: kubeconfig };
  const program = process.env.KUBECTL ?? kubectlOfBed() ?? 'kubectl';
  const kubectl = (args, input) =>
    execFileSync(program, args, { env: environment, encoding: 'utf8', input, stdio: 'pipe' });
  if (spawnSync(program, ['get', 'nodes'], { env: environment }).status !== 0) return undefined;
  addNodes(kubectl);
  const hook = await sendPodsToSimulatedNodes(kubectl);
  return {
    kubectl,
    program,
    environment,
    makeNamespace: (name) =>
      kubectl(
        ['apply', '-f', '-'],
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name, labels: { [HOOK]: 'true' } },
        }),
      ),
    deleteNamespaces: (names) =>
      kubectl(['delete', 'namespace', '--ignore-not-found', '--timeout=180s', ...names]),
    async close() {
      kubectl(['delete', 'mutatingwebhookconfiguration', HOOK, '--ignore-not-found']);
      await hook.terminate();
    },
  };
}

/** Of the version of the cluster; what is on the path may be a wrapper that takes its own time. */
function kubectlOfBed() {
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .filter((name) => name.startsWith('bin-cluster-'))
    .map((name) => join(cache, name, 'kubectl'))
    .find((path) => existsSync(path));
}

function addNodes(kubectl) {
  const found = kubectl(['get', 'nodes', '-l', 'kwok.x-k8s.io/node', '-o', 'name']).trim();
  if (found !== '') return;
  const { status } = spawnSync(
    process.execPath,
    [join(repository, 'scripts/bed.mjs'), 'kubernetes', 'nodes', '2'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error('the cluster got no simulated nodes');
}

/** Tools that are compared have different words for a toleration, or none: the cluster itself adds it. */
async function sendPodsToSimulatedNodes(kubectl) {
  const { key, cert } = makeCertificate();
  const worker = new Worker(new URL('simulated-pods.mjs', import.meta.url), {
    workerData: { key, cert },
  });
  const port = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const hook = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: HOOK },
    webhooks: [
      {
        name: 'pods.bowline-bench.invalid',
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(cert).toString('base64'),
        },
        rules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
        ],
        namespaceSelector: { matchLabels: { [HOOK]: 'true' } },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 10,
      },
    ],
  };
  try {
    kubectl(['apply', '-f', '-'], JSON.stringify(hook));
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return worker;
}

function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'bowline-bench-'));
  try {
    const [key, cert] = ['key', 'cert'].map((name) => join(folder, name));
    const wanted = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
    const names = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const places = ['-keyout', key, '-out', cert];
    execFileSync('openssl', [...wanted.split(' '), ...names, ...places], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
