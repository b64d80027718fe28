import { createHash } from 'node:crypto';

import type { ServiceName } from '../../model/project.ts';

/**
 * An address of its own for each service, so that two of them may listen on the same port.
 *
 * Linux answers on all of 127.0.0.0/8; the first half is left alone, for other programs use addresses there.
 * The same state folder and service give the same address again, unless an earlier service of the list has it.
 */
export function addressesOf(
  stateFolder: string,
  services: readonly ServiceName[],
  platform: NodeJS.Platform,
): ReadonlyMap<ServiceName, string> {
  const addresses = new Map<ServiceName, string>();
  const taken = new Set<string>();
  for (const service of services) {
    const address =
      platform === 'linux' ? firstFree(`${stateFolder} ${service}`, taken) : '127.0.0.1';
    taken.add(address);
    addresses.set(service, address);
  }
  return addresses;
}

function firstFree(text: string, taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt += 1) {
    const address = addressFrom(`${text} ${attempt}`);
    if (!taken.has(address)) return address;
  }
}

function addressFrom(text: string): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(text).digest();
  return `127.${128 + (a % 127)}.${b}.${1 + (c % 254)}`;
}
