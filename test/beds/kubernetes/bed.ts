import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { makeCgroups } from '../cgroups.ts';
import { BORROWED, borrowDocker, returnDocker } from '../docker/borrow.ts';
import { pushImages } from '../docker/push.ts';
import { folderOf, kubernetes } from '../layout.ts';
import { setKernel } from '../network.ts';
import { endSpace, findSpace, startSpace } from '../space.ts';
import { begin, cleanUp, hasTraces } from '../traces.ts';
import { UnavailableError, requireMachine } from '../unavailable.ts';
import { until } from '../until.ts';
import { startAddOns } from './add-ons.ts';
import { addNodeAddress, adminConfig } from './addresses.ts';
import { makeBinaries } from './binaries.ts';
import { makeCertificates } from './certificates.ts';
import { isApiReady, startControlPlane } from './control-plane.ts';
import { isNodeReady, startNode } from './node.ts';

const programs: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  ip: 'iproute2',
  openssl: 'openssl',
  curl: 'curl',
  go: 'golang (1.26)',
  nsenter: 'util-linux',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
};

/** Folders in which the node's programs write whatever they are told; the bed has its own. */
const OWN = [
  '/run/containerd',
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/var/log/containers',
  '/var/log/pods',
  '/tmp/hostpath_pv',
] as const;

/** Starts an empty cluster, and the Docker bed, whose registry has its images. Does nothing when it is up. */
export async function upKubernetes(say: (line: string) => void): Promise<void> {
  requireMachine(programs);
  if (await isKubernetesUp()) return;
  await downCluster();
  if (await hasTraces(kubernetes)) {
    throw new UnavailableError('another Kubernetes node runs on this machine; stop it first');
  }
  await both(makeBinaries(say), borrowDocker(kubernetes, say));
  await pushImages();
  say('images are in the registry');
  await startCluster(say);
}

/** Ends the cluster, with everything in it, and the Docker bed if it was started for it. */
export async function downKubernetes(): Promise<void> {
  await downCluster();
  await returnDocker(kubernetes);
}

export async function isKubernetesUp(): Promise<boolean> {
  return findSpace(kubernetes) !== undefined && (await isApiReady()) && (await isNodeReady());
}

/** One compiles while the other downloads. Whichever fails, nothing goes on behind the caller's back. */
async function both(...works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function startCluster(say: (line: string) => void): Promise<void> {
  begin(kubernetes);
  setKernel(kubernetes);
  makeCgroups(kubernetes);
  await addNodeAddress();
  await makeCertificates();
  const space = await startSpace(kubernetes, OWN.map(ownFolder));
  await startControlPlane(space);
  say('API server is ready');
  await startNode(space);
  await startAddOns(space);
  await until('the node to be ready', isNodeReady, { everyMs: 200 });
  say(`node is ready; kubeconfig ${adminConfig}`);
}

async function downCluster(): Promise<void> {
  await endSpace(kubernetes);
  await cleanUp(kubernetes);
  // Nothing but certificates and what was said outlives a cluster.
  const kept = ['pki', 'log', BORROWED];
  for (const name of readdirSync(folderOf(kubernetes))) {
    if (kept.includes(name)) continue;
    rmSync(join(kubernetes.folder, name), { recursive: true, force: true });
  }
}

function ownFolder(path: string): string {
  const own = folderOf(kubernetes, 'own', path.replaceAll('/', '-').slice(1));
  return `mkdir -p ${path} && mount --bind '${own}' ${path}`;
}
