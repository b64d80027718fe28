import { expect, test } from 'vitest';

import { addressesOf, type EdgeService, type Ingress, type Node } from './addresses.ts';

const cluster = { server: 'https://[2001:db8::1]:6443' };
const named = { apiVersion: 'v1', kind: 'Any', metadata: { name: 'web' } };
const nodePort: EdgeService = {
  ...named,
  spec: { type: 'NodePort', ports: [{ port: 8080, targetPort: 80, nodePort: 30_080 }] },
};
const balancer: EdgeService = {
  ...named,
  spec: {
    ports: [
      { port: 443, targetPort: 8443, nodePort: 31_000 },
      { port: 53, protocol: 'UDP', nodePort: 31_001 },
    ],
  },
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
};
const ingress: Ingress = {
  ...named,
  spec: {
    tls: [{ hosts: ['shop.example.com'] }],
    rules: [
      {
        host: 'shop.example.com',
        http: { paths: [{ backend: { service: { port: { number: 8000 } } } }] },
      },
      { host: '*.example.com' },
    ],
  },
};
const node: Node = {
  ...named,
  status: {
    addresses: [
      { type: 'Hostname', address: 'one' },
      { type: 'InternalIP', address: '10.0.0.1' },
      { type: 'ExternalIP', address: '203.0.113.1' },
    ],
  },
};

test('a name comes before a load balancer, and that before a port of the nodes', () => {
  const edges = { services: [nodePort, balancer], ingresses: [ingress], nodes: [node] };
  expect(addressesOf(edges, cluster)).toEqual([
    { host: 'shop.example.com', port: 443, target: 8000, scheme: 'https' },
    { host: '203.0.113.7', port: 443, target: 8443 },
    { host: '203.0.113.1', port: 30_080, target: 80 },
    { host: '203.0.113.1', port: 31_000, target: 8443 },
  ]);
});

test('where nodes are not shown, their ports are those of the cluster itself', () => {
  const edges = { services: [nodePort], ingresses: [], nodes: [] };
  expect(addressesOf(edges, cluster)).toEqual([{ host: '2001:db8::1', port: 30_080, target: 80 }]);
});

test('what is reached inside the cluster only has no address', () => {
  const inner: EdgeService = { ...named, spec: { ports: [{ port: 80 }] } };
  expect(addressesOf({ services: [inner], ingresses: [], nodes: [node] }, cluster)).toEqual([]);
});
