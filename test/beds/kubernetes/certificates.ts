import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { command } from '../command.ts';
import { folderOf, kubernetes } from '../layout.ts';
import { addresses, nodeName } from './addresses.ts';

/** A certificate: its file, whom it names, and whether a server shows it. */
interface Certificate {
  readonly name: string;
  readonly subject: string;
  readonly isServer?: boolean;
}

const certificates: readonly Certificate[] = [
  { name: 'apiserver', subject: '/CN=kube-apiserver', isServer: true },
  { name: 'admin', subject: '/O=system:masters/CN=admin' },
  { name: 'developer', subject: '/CN=developer' },
  { name: 'controllers', subject: '/CN=system:kube-controller-manager' },
  { name: 'scheduler', subject: '/CN=system:kube-scheduler' },
  { name: 'kubelet', subject: `/O=system:nodes/CN=system:node:${nodeName}`, isServer: true },
  { name: 'proxy', subject: '/CN=system:kube-proxy' },
  { name: 'front', subject: '/CN=front-proxy' },
  { name: 'metrics', subject: '/O=system:masters/CN=metrics', isServer: true },
  { name: 'dns', subject: '/O=system:masters/CN=dns' },
];

const NAMES = [
  ...['127.0.0.1', addresses.node, addresses.api].map((address) => `IP:${address}`),
  ...['localhost', nodeName, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map(
    (name) => `DNS:${name}`,
  ),
  'DNS:kubernetes.default.svc.cluster.local',
].join();

const CURVE = ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out'] as const;

/** Makes an authority, certificates that it signed, and a kubeconfig for each of their owners. */
export async function makeCertificates(): Promise<void> {
  const folder = folderOf(kubernetes, 'pki');
  if (existsSync(join(folder, 'complete'))) return;
  rmSync(folder, { recursive: true });
  folderOf(kubernetes, 'pki');
  // What it signs is verified with each request: RSA takes a fifth of the time for that.
  await openssl(folder, ['genrsa', '-out', 'ca.key', '2048']);
  const authority = ['-key', 'ca.key', '-subj', '/CN=bed', '-days', '3650', '-out', 'ca.crt'];
  await openssl(folder, ['req', '-x509', '-new', ...authority]);
  await openssl(folder, [...CURVE, 'accounts.key']);
  await openssl(folder, ['ec', '-in', 'accounts.key', '-pubout', '-out', 'accounts.pub']);
  for (const each of certificates) await sign(folder, each);
  writeFileSync(join(folder, 'complete'), '');
}

async function sign(
  folder: string,
  { name, subject, isServer = false }: Certificate,
): Promise<void> {
  await openssl(folder, [...CURVE, `${name}.key`]);
  await openssl(folder, [
    'req',
    '-new',
    '-key',
    `${name}.key`,
    '-subj',
    subject,
    '-out',
    `${name}.csr`,
  ]);
  writeFileSync(join(folder, `${name}.ext`), isServer ? `subjectAltName=${NAMES}\n` : '');
  const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650'];
  const files = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.crt`];
  await openssl(folder, ['x509', '-req', ...signer, ...files]);
  writeFileSync(join(folder, `${name}.conf`), kubeconfig(folder, name), { mode: 0o600 });
}

/** JSON is YAML, too. */
function kubeconfig(folder: string, name: string): string {
  const server = `https://${addresses.node}:6443`;
  const cluster = { server, 'certificate-authority': join(folder, 'ca.crt') };
  const user = {
    'client-certificate': join(folder, `${name}.crt`),
    'client-key': join(folder, `${name}.key`),
  };
  const namespace = name === 'developer' ? 'team' : 'default';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bed', cluster }],
    users: [{ name, user }],
    contexts: [{ name: 'bed', context: { cluster: 'bed', user: name, namespace } }],
    'current-context': 'bed',
  });
}

function openssl(folder: string, args: readonly string[]): Promise<string> {
  return command('openssl', args, { folder });
}
