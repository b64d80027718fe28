import { randomUUID } from 'node:crypto';

import { describe, expect, onTestFinished, test } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { registry } from '../beds/layout.ts';
import { containersOf } from '../engine/containers.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

const engine = await dockerUnderTest();

describe.skipIf(!engine.isUp)('the Docker bed', () => {
  test('what is pushed to the local registry can be pulled again', async () => {
    const name = `${registry}/pushed:${randomUUID()}`;
    await dockerCommand(['tag', 'busybox', name]);
    onTestFinished(async () => {
      await dockerCommand(['rmi', name]);
    });
    await dockerCommand(['push', '--quiet', name]);
    await dockerCommand(['rmi', name]);
    await dockerCommand(['pull', '--quiet', name]);
    expect(await dockerCommand(['run', '--rm', name, 'echo', 'pulled'])).toBe('pulled\n');
  });

  test('all bridges have addresses from 198.19.0.0/16', async () => {
    const networks = ['bridge', await containersOf(engine).createNetwork()];
    expect(await Promise.all(networks.map(subnetOf))).toEqual([
      '198.19.0.0/24',
      expect.stringMatching(/^198\.19\.\d+\.0\/24$/),
    ]);
  });
});

async function subnetOf(network: string): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Subnet}}';
  return (await dockerCommand(['network', 'inspect', '--format', format, network])).trim();
}
