import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../command.ts';
import { folderOf, kubernetes, registry } from '../layout.ts';
import { type Space, startIn } from '../space.ts';
import { until } from '../until.ts';
import { addresses, nodeName } from './addresses.ts';
import { kubectl, pki, start } from './control-plane.ts';

const socket = join(kubernetes.folder, 'containerd.sock');

/** Starts containerd, kubelet and kube-proxy; ends when pods can be made. */
export async function startNode(space: Space): Promise<void> {
  writeNetwork();
  writeMirror();
  startIn(space, 'containerd', ['containerd', '--config', write('containerd.toml', containerd())]);
  await until('containerd to answer', isContainerdUp);
  start(space, 'kubelet', {
    config: write('kubelet.json', JSON.stringify(kubelet(), undefined, 2)),
    kubeconfig: pki('kubelet.conf'),
    'root-dir': folderOf(kubernetes, 'kubelet'),
    'hostname-override': nodeName,
    'node-ip': addresses.node,
    'cert-dir': folderOf(kubernetes, 'certificates'),
  });
  const proxy = write('proxy.json', JSON.stringify(kubeProxy(), undefined, 2));
  start(space, 'kube-proxy', { config: proxy });
}

/** The node may be ready before the account that its pods run as. */
export async function isNodeReady(): Promise<boolean> {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  try {
    await kubectl(['get', 'serviceaccount', 'default']);
    return (await kubectl(['get', 'node', nodeName, '--output', path])) === 'True';
  } catch {
    return false;
  }
}

/** Hands an image of Docker's to the node, as one does where there is no registry. */
export async function loadImage(tar: string): Promise<void> {
  await command('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', tar]);
}

async function isContainerdUp(): Promise<boolean> {
  return command('ctr', ['--address', socket, '--timeout', '2s', 'version']).then(
    () => true,
    () => false,
  );
}

function at(...names: readonly string[]): string {
  return JSON.stringify(folderOf(kubernetes, ...names));
}

function containerd(): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = ${at('containerd')}
state = ${at('containerd-state')}
[grpc]
  address = ${JSON.stringify(socket)}
[${cri}]
  sandbox_image = "${registry}/pause:1"
  restrict_oom_score_adj = true # root may lack CAP_SYS_RESOURCE
  netns_mounts_under_state_dir = true
[${cri}.cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = ${at('cni')}
[${cri}.containerd]
  snapshotter = "overlayfs"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.registry]
  config_path = ${at('hosts')}
["plugins"."io.containerd.internal.v1.opt"]
  path = ${at('opt')}
`;
}

/** Docker Hub's names are answered by the local registry, and by nobody else. */
function writeMirror(): void {
  const host = `http://${registry}`;
  const text = `server = "${host}"\n[host."${host}"]\n  capabilities = ["pull", "resolve"]\n`;
  writeFileSync(join(folderOf(kubernetes, 'hosts/docker.io'), 'hosts.toml'), text);
}

function writeNetwork(): void {
  const ipam = {
    type: 'host-local',
    dataDir: folderOf(kubernetes, 'addresses'),
    ranges: [[{ subnet: addresses.nodePods }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const bridge = { type: 'bridge', bridge: 'bedcni0', isGateway: true, hairpinMode: true, ipam };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  const network = { cniVersion: '1.0.0', name: 'bed', plugins: [bridge, ports] };
  writeFileSync(join(folderOf(kubernetes, 'cni'), '10-bed.conflist'), JSON.stringify(network));
}

function kubelet(): unknown {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    address: addresses.node,
    tlsCertFile: pki('kubelet.crt'),
    tlsPrivateKeyFile: pki('kubelet.key'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${kubernetes.cgroup}`,
    containerRuntimeEndpoint: `unix://${socket}`,
    clusterDomain: 'cluster.local',
    clusterDNS: [addresses.node],
    resolvConf: write('resolv.conf', ''),
    failSwapOn: false,
    enforceNodeAllocatable: [],
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
      'nodefs.inodesFree': '1%',
    },
    podLogsDir: folderOf(kubernetes, 'pod-logs'),
    registryPullQPS: 0,
    maxPods: 250,
  };
}

function kubeProxy(): unknown {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: pki('proxy.conf') },
    mode: 'iptables',
    clusterCIDR: addresses.pods,
    hostnameOverride: nodeName,
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
    // The machine's limits are not the bed's to change.
    conntrack: { maxPerCore: 0, tcpCloseWaitTimeout: '0s', tcpEstablishedTimeout: '0s' },
  };
}

function write(name: string, text: string): string {
  const path = join(folderOf(kubernetes), name);
  writeFileSync(path, text);
  return path;
}
