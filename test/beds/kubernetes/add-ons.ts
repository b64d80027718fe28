import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { folderOf, kubernetes, sources } from '../layout.ts';
import { type Space, startIn } from '../space.ts';
import { addresses } from './addresses.ts';
import { binaries } from './binaries.ts';
import { clientOf, kubectl, pki, start } from './control-plane.ts';
import { openVolumes } from './open-volumes.ts';

/** What a cluster in use has beside its core: names, metrics, a class of storage, and a user with few rights. */
export async function startAddOns(space: Space): Promise<void> {
  startDns(space);
  openVolumes(space);
  start(space, 'metrics-server', metrics());
  const file = join(sources, 'kubernetes/access.yaml');
  const objects = { apiVersion: 'v1', kind: 'List', items: [...metricsApi(), storageClass] };
  await kubectl(['apply', '--filename', '-'], JSON.stringify(objects));
  await kubectl(['apply', '--filename', '-'], readFileSync(file, 'utf8'));
}

function startDns(space: Space): void {
  const file = join(folderOf(kubernetes), 'Corefile');
  writeFileSync(
    file,
    `.:53 {
  bind ${addresses.node}
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${pki('dns.conf')} bed
    pods insecure
    ttl 5
  }
  cache 5
}
`,
  );
  startIn(space, 'coredns', [binaries('coredns'), '-conf', file]);
}

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'kubernetes.io/host-path',
  reclaimPolicy: 'Delete',
};

function metrics(): Readonly<Record<string, string>> {
  return {
    ...clientOf('metrics'),
    'bind-address': addresses.node,
    'secure-port': '4443',
    'kubelet-certificate-authority': pki('ca.crt'),
    'kubelet-preferred-address-types': 'InternalIP',
    // The former must exceed the latter.
    'metric-resolution': '10s',
    'kubelet-request-timeout': '5s',
    'tls-cert-file': pki('metrics.crt'),
    'tls-private-key-file': pki('metrics.key'),
    'client-ca-file': pki('ca.crt'),
    'requestheader-client-ca-file': pki('ca.crt'),
  };
}

/** A service without pods, which leads to a process of the machine. */
function metricsApi(): readonly unknown[] {
  const metadata = { name: 'metrics-server', namespace: 'kube-system' };
  const labels = { 'kubernetes.io/service-name': metadata.name };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: 'None', ports: [{ port: 443, targetPort: 4443 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels },
      addressType: 'IPv4',
      endpoints: [{ addresses: [addresses.node], conditions: { ready: true } }],
      ports: [{ port: 4443, protocol: 'TCP' }],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: metadata,
      },
    },
  ];
}
