import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { command } from '../command.ts';
import { beds } from '../layout.ts';
import { processesOfUser } from '../podman/user.ts';
import { processesOf } from '../space.ts';

/** What a bed could leave behind, as lines that compare. */
export interface Machine {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly interfaces: readonly string[];
  readonly rules: readonly string[];
  readonly cgroups: readonly string[];
  readonly kernel: readonly string[];
}

const PROGRAM =
  /^(dockerd|containerd.*|docker-(proxy|registry)|runc|kube.*|etcd|coredns|metrics-server|kwok|pause|podman|conmon|slirp4netns|rootlessport.*|aardvark-dns)$/;

/** Tests of whole programs run meanwhile, and mount in folders of their own. */
const SANDBOX = ` ${join(tmpdir(), 'bl-')}`;

export async function look(): Promise<Machine> {
  return {
    processes: processes(),
    mounts: lines(readFileSync('/proc/self/mounts', 'utf8')).filter(
      (line) => !line.includes(SANDBOX),
    ),
    interfaces: readdirSync('/sys/class/net').toSorted(byText),
    rules: [...(await rulesOf('iptables')), ...(await rulesOf('ip6tables'))],
    cgroups: cgroups(),
    kernel: ['ip_forward', 'conf/all/route_localnet'].map((name) =>
      readFileSync(join('/proc/sys/net/ipv4', name), 'utf8'),
    ),
  };
}

/** Other programs come and go meanwhile; these are of beds only. */
function processes(): readonly string[] {
  const marked = new Set([...beds.flatMap((bed) => processesOf(bed)), ...processesOfUser()]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const name = read(`/proc/${pid}/comm`);
      // Ended, and only waits to be counted by its parent.
      if (read(`/proc/${pid}/cmdline`) === '') return [];
      return PROGRAM.test(name) || marked.has(Number(pid)) ? [`${pid} ${name}`] : [];
    })
    .toSorted(byText);
}

/** Rules, chains and policies. Where no rule ever was there is no table either: an empty one counts as none. */
async function rulesOf(tool: string): Promise<readonly string[]> {
  const all = lines(await command(`${tool}-save`, []));
  return all
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''))
    .filter((line) => /^(:|-A)/.test(line) && !/^:[A-Z]+ ACCEPT$/.test(line))
    .map((line) => `${tool} ${line}`);
}

/** Every one that is new at the top of a hierarchy, and all below it. */
function cgroups(): readonly string[] {
  const root = '/sys/fs/cgroup';
  return folders(root).flatMap((hierarchy) => [
    hierarchy,
    ...folders(join(root, hierarchy)).map((name) => join(hierarchy, name)),
  ]);
}

function folders(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted(byText);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}

function byText(a: string, b: string): number {
  return a.localeCompare(b);
}
