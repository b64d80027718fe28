import { join } from 'node:path';

import { command } from '../command.ts';
import { kubernetes } from '../layout.ts';

/** All from 198.18.0.0/15, the range for benchmarks, which no network that the machine is in has. */
export const addresses = {
  node: '198.18.255.1',
  /** The first of the services: the API server, as pods know it. */
  api: '198.18.128.1',
  pods: '198.18.0.0/17',
  services: '198.18.128.0/18',
  nodePods: '198.18.0.0/24',
} as const;

/** What the node is called. */
export const nodeName = 'bed';

export const etcdUrl = 'http://127.0.0.1:12379';

/** Of who may do everything. */
export const adminConfig: string = join(kubernetes.folder, 'pki/admin.conf');

/** Of who may do what `access.yaml` allows, in the namespace `team`. */
export const developerConfig: string = join(kubernetes.folder, 'pki/developer.conf');

/** Gives the node an address of its own; a bridge, for not every kernel has the type `dummy`. */
export async function addNodeAddress(): Promise<void> {
  await command('ip', ['link', 'add', 'bed0', 'type', 'bridge']);
  await command('ip', ['address', 'add', `${addresses.node}/32`, 'dev', 'bed0']);
  await command('ip', ['link', 'set', 'bed0', 'up']);
}
