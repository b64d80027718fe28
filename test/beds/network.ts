import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { command } from './command.ts';
import { type RootfulBed, rootfulBeds } from './layout.ts';
import { processesOf } from './space.ts';
import { until } from './until.ts';

/**
 * What the daemons would set, or want set. Done here because Docker, where it is the one to turn forwarding on, then also
 * drops everything else that would be forwarded.
 */
const WANTED: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  'net/ipv4/conf/all/route_localnet': '1',
  'net/bridge/bridge-nf-call-iptables': '1',
};

/** Lets the machine forward between the bed's interfaces, and remembers how it was. */
export function setKernel(bed: RootfulBed): void {
  const memory = memoryOf(bed);
  if (!existsSync(memory)) writeFileSync(memory, JSON.stringify(readKernel()));
  for (const [name, value] of Object.entries(WANTED)) setKernelValue(name, value);
}

/** Takes away the bed's interfaces and its rules, and nothing that anybody else made. */
export async function removeNetwork(bed: RootfulBed): Promise<void> {
  const names = await interfacesOf(bed);
  for (const tool of ['iptables', 'ip6tables']) await removeRules(tool, bed, names);
  for (const name of names) await command('ip', ['link', 'delete', name]).catch(() => {});
  await until(`${names.join(', ')} to go`, async () => (await interfacesOf(bed)).length === 0);
  restoreKernel(bed);
}

/** Both beds need it, and only the last to go may undo it. */
function restoreKernel(bed: RootfulBed): void {
  const memory = memoryOf(bed);
  const others = rootfulBeds.filter(({ name }) => name !== bed.name);
  if (!existsSync(memory) || others.some((other) => processesOf(other).length > 0)) return;
  const before: unknown = JSON.parse(readFileSync(memory, 'utf8'));
  for (const [name, value] of Object.entries(before ?? {})) setKernelValue(name, String(value));
  rmSync(memory);
}

function memoryOf(bed: RootfulBed): string {
  return join(dirname(bed.folder), 'kernel.before.json');
}

function readKernel(): Readonly<Record<string, string>> {
  const known = Object.keys(WANTED).filter((name) => existsSync(join('/proc/sys', name)));
  return Object.fromEntries(
    known.map((name) => [name, readFileSync(join('/proc/sys', name), 'utf8').trim()]),
  );
}

function setKernelValue(name: string, value: string): void {
  const path = join('/proc/sys', name);
  if (existsSync(path)) writeFileSync(path, value);
}

interface Interface {
  readonly ifname: string;
  readonly addr_info: readonly { readonly local?: string }[];
}

/** Names of the interfaces with an address of the bed, or with a name of it and no address yet. */
async function interfacesOf({ addresses, interfaces }: RootfulBed): Promise<readonly string[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what ip prints, by its manual
  const all = JSON.parse(await command('ip', ['-json', 'address'])) as readonly Interface[];
  return all
    .filter(({ ifname, addr_info }) => {
      const locals = addr_info.flatMap(({ local = '' }) => (local.includes('.') ? [local] : []));
      if (locals.length === 0) return interfaces.test(ifname);
      return locals.some((local) => local.startsWith(addresses));
    })
    .map(({ ifname }) => ifname);
}

async function removeRules(
  tool: string,
  bed: RootfulBed,
  interfaces: readonly string[],
): Promise<void> {
  const before = await command(`${tool}-save`, []);
  const after = before
    .split('\n')
    .filter((line) => !isRuleOf(bed, interfaces, line))
    .join('\n');
  if (after !== before) await command(`${tool}-restore`, [], { input: after });
}

function isRuleOf(bed: RootfulBed, interfaces: readonly string[], line: string): boolean {
  if (!/^(:|-A )/.test(line)) return false;
  const words = line.replace(/^:/, '').split(' ');
  return words.some(
    (word) => bed.chains.test(word) || word.startsWith(bed.addresses) || interfaces.includes(word),
  );
}
