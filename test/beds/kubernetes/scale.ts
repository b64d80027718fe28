import { findSpace, startIn } from '../space.ts';
import { kubernetes } from '../layout.ts';
import { adminConfig } from './addresses.ts';
import { makeKwok } from './binaries.ts';
import { kubectl } from './control-plane.ts';

const MARK = { key: 'kwok.x-k8s.io/node', value: 'fake' } as const;

/** What a pod needs to run on a simulated node, and on no other. */
export const simulated: Readonly<Record<string, unknown>> = {
  nodeSelector: { [MARK.key]: MARK.value },
  tolerations: [{ ...MARK, effect: 'NoSchedule' }],
};

/**
 * Adds nodes on which pods are said to run while nothing does: for as many pods as this machine could never have. The
 * real node's pods do not go there.
 *
 * @param count - how many there are then; those that were there stay
 */
export async function addNodes(count: number, say: (line: string) => void): Promise<void> {
  const space = findSpace(kubernetes);
  if (space === undefined) throw new Error('the cluster is not up');
  const kwok = await makeKwok(say);
  const selector = `--manage-nodes-with-annotation-selector=${MARK.key}=${MARK.value}`;
  const isRunning =
    (await kubectl(['get', 'nodes', '--selector', MARK.key, '--output', 'name'])) !== '';
  if (!isRunning) {
    const where = ['--kubeconfig', adminConfig, '--cidr', '198.18.64.0/18'];
    startIn(space, 'kwok', [
      ...kwok,
      ...where,
      selector,
      '--server-address',
      '127.0.0.1:10247',
      '--node-lease-duration-seconds',
      '40',
    ]);
  }
  const items = Array.from({ length: count }, (_, index) => node(`simulated-${index}`));
  await kubectl(
    ['apply', '--filename', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
  await kubectl([
    'wait',
    '--for=condition=Ready',
    'nodes',
    '--selector',
    MARK.key,
    '--timeout=60s',
  ]);
  say(`${count} simulated nodes`);
}

function node(name: string): unknown {
  const capacity = { cpu: '64', memory: '512Gi', pods: '500' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { [MARK.key]: MARK.value },
      labels: {
        [MARK.key]: MARK.value,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
      },
    },
    spec: { taints: [{ ...MARK, effect: 'NoSchedule' }] },
    status: { allocatable: capacity, capacity },
  };
}
