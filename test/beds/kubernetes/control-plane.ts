import { join } from 'node:path';

import { command, endsSoon } from '../command.ts';
import { folderOf, kubernetes } from '../layout.ts';
import { type Space, startIn } from '../space.ts';
import { until } from '../until.ts';
import { adminConfig, addresses, etcdUrl } from './addresses.ts';
import { binaries } from './binaries.ts';

/** Starts etcd, the API server, the controllers and the scheduler; ends when the API server is ready. */
export async function startControlPlane(space: Space): Promise<void> {
  start(space, 'etcd', etcd());
  start(space, 'kube-apiserver', apiServer());
  await until('the API server to be ready', isApiReady, { everyMs: 200 });
  start(space, 'kube-controller-manager', controllers());
  start(space, 'kube-scheduler', { ...clientOf('scheduler'), 'leader-elect': 'false' });
}

/** Runs kubectl as who may do everything. */
export function kubectl(args: readonly string[], input?: string): Promise<string> {
  const program = binaries('kubectl');
  return command(program, ['--kubeconfig', adminConfig, ...args], {
    environment: endsSoon,
    ...(input !== undefined && { input }),
    // Longer than what kubectl itself is told to wait.
    timeoutMs: 240_000,
  });
}

/**
 * Starts one of the programs that are configured by flags. None of them has enough to do for two processors: on one they
 * do not wake each other up, which is up to a quarter of what they take.
 */
export function start(space: Space, name: string, flags: Flags): void {
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  startIn(space, name, ['env', 'GOMAXPROCS=1', binaries(name), ...args]);
}

export type Flags = Readonly<Record<string, string>>;

export function pki(file: string): string {
  return join(kubernetes.folder, 'pki', file);
}

export async function isApiReady(): Promise<boolean> {
  const trust = ['--cacert', pki('ca.crt'), '--cert', pki('admin.crt'), '--key', pki('admin.key')];
  const url = `https://${addresses.node}:6443/readyz`;
  return command('curl', ['--silent', '--fail', '--max-time', '5', ...trust, url]).then(
    (answer) => answer === 'ok',
    () => false,
  );
}

/** How a component finds the API server, and lets it decide who may ask the component. */
export function clientOf(name: string): Flags {
  const config = pki(`${name}.conf`);
  return {
    kubeconfig: config,
    'authentication-kubeconfig': config,
    'authorization-kubeconfig': config,
    'bind-address': '127.0.0.1',
    'cert-dir': folderOf(kubernetes, 'certificates'),
  };
}

function etcd(): Flags {
  const peer = etcdUrl.replace('12379', '12380');
  return {
    name: 'bed',
    'data-dir': join(kubernetes.folder, 'etcd'),
    'listen-client-urls': etcdUrl,
    'advertise-client-urls': etcdUrl,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `bed=${peer}`,
    'unsafe-no-fsync': 'true',
    'log-level': 'warn',
  };
}

function apiServer(): Flags {
  return {
    'etcd-servers': etcdUrl,
    'bind-address': addresses.node,
    'advertise-address': addresses.node,
    'secure-port': '6443',
    'service-cluster-ip-range': addresses.services,
    'cert-dir': folderOf(kubernetes, 'certificates'),
    'tls-cert-file': pki('apiserver.crt'),
    'tls-private-key-file': pki('apiserver.key'),
    'client-ca-file': pki('ca.crt'),
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': 'true',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': pki('accounts.pub'),
    'service-account-signing-key-file': pki('accounts.key'),
    'kubelet-client-certificate': pki('admin.crt'),
    'kubelet-client-key': pki('admin.key'),
    'kubelet-certificate-authority': pki('ca.crt'),
    // The node's name is known to nobody: logs and exec would not find it.
    'kubelet-preferred-address-types': 'InternalIP',
    ...aggregation(),
  };
}

/** Lets the API server hand requests on to others, as to the one of the metrics. */
function aggregation(): Flags {
  return {
    'enable-aggregator-routing': 'true',
    'requestheader-client-ca-file': pki('ca.crt'),
    'requestheader-allowed-names': 'front-proxy',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-username-headers': 'X-Remote-User',
    'proxy-client-cert-file': pki('front.crt'),
    'proxy-client-key-file': pki('front.key'),
  };
}

function controllers(): Flags {
  return {
    ...clientOf('controllers'),
    'cluster-cidr': addresses.pods,
    'allocate-node-cidrs': 'true',
    'node-cidr-mask-size': '24',
    'service-cluster-ip-range': addresses.services,
    'root-ca-file': pki('ca.crt'),
    'service-account-private-key-file': pki('accounts.key'),
    'cluster-signing-cert-file': pki('ca.crt'),
    'cluster-signing-key-file': pki('ca.key'),
    'use-service-account-credentials': 'true',
    'enable-hostpath-provisioner': 'true',
    'leader-elect': 'false',
    // Tests make and delete many namespaces; the default makes claims wait for their deletion.
    'kube-api-qps': '200',
    'kube-api-burst': '400',
  };
}
