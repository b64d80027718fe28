import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { command } from './command.ts';
import { type Bed, beds } from './layout.ts';
import { processesOf } from './space.ts';
import { until } from './until.ts';

const FORWARD = '/proc/sys/net/ipv4/ip_forward';

/**
 * Lets the machine forward between the bed's interfaces. Done here and not by the daemons because they then also drop
 * everything else that would be forwarded.
 */
export function forward(bed: Bed): void {
  const before = memoryOf(bed);
  if (!existsSync(before)) writeFileSync(before, readFileSync(FORWARD, 'utf8'));
  writeFileSync(FORWARD, '1');
}

/** Takes away the bed's interfaces and its rules, and nothing that anybody else made. */
export async function removeNetwork(bed: Bed): Promise<void> {
  const names = await interfacesOf(bed);
  for (const tool of ['iptables', 'ip6tables']) await removeRules(tool, bed, names);
  for (const name of names) await command('ip', ['link', 'delete', name]).catch(() => {});
  await until(`${names.join(', ')} to go`, async () => (await interfacesOf(bed)).length === 0);
  restoreForwarding(bed);
}

function restoreForwarding(bed: Bed): void {
  const before = memoryOf(bed);
  const others = beds.filter(({ name }) => name !== bed.name);
  if (!existsSync(before) || others.some((other) => processesOf(other).length > 0)) return;
  writeFileSync(FORWARD, readFileSync(before, 'utf8'));
  rmSync(before);
}

/** Both beds need it, and only the last to go may undo it. */
function memoryOf(bed: Bed): string {
  return join(dirname(bed.folder), 'ip_forward.before');
}

interface Interface {
  readonly ifname: string;
  readonly addr_info: readonly { readonly local?: string }[];
}

/** Names of the interfaces with an address of the bed. */
async function interfacesOf({ addresses }: Bed): Promise<readonly string[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what ip prints, by its manual
  const all = JSON.parse(await command('ip', ['-json', 'address'])) as readonly Interface[];
  return all
    .filter(({ addr_info }) => addr_info.some(({ local }) => local?.startsWith(addresses)))
    .map(({ ifname }) => ifname);
}

async function removeRules(tool: string, bed: Bed, interfaces: readonly string[]): Promise<void> {
  const before = await command(`${tool}-save`, []);
  const after = before
    .split('\n')
    .filter((line) => !isRuleOf(bed, interfaces, line))
    .join('\n');
  if (after !== before) await command(`${tool}-restore`, [], { input: after });
}

function isRuleOf(bed: Bed, interfaces: readonly string[], line: string): boolean {
  if (!/^(:|-A )/.test(line)) return false;
  const words = line.replace(/^:/, '').split(' ');
  return words.some(
    (word) => bed.chains.test(word) || word.startsWith(bed.addresses) || interfaces.includes(word),
  );
}
