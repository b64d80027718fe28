import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';

import { command } from '../command.ts';
import { cache, sources } from '../layout.ts';

/** Programs that are built at once, from the list of modules in a folder of `go/`. */
interface GoBuild {
  readonly name: string;
  readonly folder: string;
  readonly programs: Readonly<Record<string, string>>;
  readonly stamps?: readonly string[];
  /** Files of a module that its program is told to read. */
  readonly files?: { readonly module: string; readonly paths: readonly string[] };
}

const VERSION = '1.34.4';

const cluster: GoBuild = {
  name: 'cluster',
  folder: 'cluster',
  programs: {
    ...Object.fromEntries(
      ['apiserver', 'controller-manager', 'scheduler', 'proxy', 'let', 'ctl'].map((part) => {
        const name = part.length > 3 ? `kube-${part}` : `kube${part}`;
        return [name, `k8s.io/kubernetes/cmd/${name}`];
      }),
    ),
    etcd: 'go.etcd.io/etcd/server/v3',
  },
  // Without it the programs take themselves for version 0.0.0, and refuse each other.
  stamps: ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((name) => [
    `${name}.gitVersion=v${VERSION}`,
    `${name}.gitMajor=1`,
    `${name}.gitMinor=${VERSION.split('.')[1]}`,
  ]),
};

/** Of one list of modules, so that what they have in common is compiled once. */
const builds: readonly GoBuild[] = [
  cluster,
  {
    name: 'add-ons',
    folder: 'add-ons',
    programs: {
      coredns: './coredns',
      'metrics-server': 'sigs.k8s.io/metrics-server/cmd/metrics-server',
    },
  },
];

/** Simulates nodes; only who asks for such nodes waits for its build. */
const kwok: GoBuild = {
  name: 'kwok',
  folder: 'add-ons',
  programs: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' },
  files: {
    module: 'sigs.k8s.io/kwok',
    paths: [
      'kustomize/stage/node/fast/node-initialize.yaml',
      'kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
      'kustomize/stage/pod/fast/pod-ready.yaml',
      'kustomize/stage/pod/fast/pod-complete.yaml',
      'kustomize/stage/pod/fast/pod-delete.yaml',
    ],
  },
};

/** Two busy cores and all downloads. */
const BUILD_TIMEOUT_MS = 45 * 60_000;

/** Builds the programs of the cluster that are not in the cache. */
export async function makeBinaries(say: (line: string) => void): Promise<void> {
  for (const each of builds) await make(each, say);
}

/** Gives the command line by which nodes are simulated. */
export async function makeKwok(say: (line: string) => void): Promise<readonly string[]> {
  await make(kwok, say);
  const stages = kwok.files?.paths ?? [];
  const at = folderOf(kwok);
  return [join(at, 'kwok'), ...stages.map((path) => `--config=${join(at, basename(path))}`)];
}

/** Where the programs are, once they have been made. */
export function binaries(name: string): string {
  const owner = builds.find(({ programs }) => name in programs);
  if (owner === undefined) throw new Error(`no module has the program ${name}`);
  return join(folderOf(owner), name);
}

async function make(wanted: GoBuild, say: (line: string) => void): Promise<void> {
  const target = folderOf(wanted);
  if (existsSync(target)) return;
  mkdirSync(cache, { recursive: true });
  const scratch = mkdtempSync(join(cache, 'go-'));
  try {
    cpSync(join(sources, 'kubernetes/go', wanted.folder), scratch, { recursive: true });
    await build(wanted, scratch);
    renameSync(join(scratch, 'bin'), target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  say(`built ${Object.keys(wanted.programs).join(', ')}`);
}

/** All programs in one go, so that one is linked while another is compiled. */
async function build({ programs, stamps = [], files }: GoBuild, folder: string): Promise<void> {
  const flags = ['-s', '-w', ...stamps.flatMap((stamp) => ['-X', stamp])].join(' ');
  const asked = ['build', '-ldflags', flags, '-o', 'bin/', ...Object.values(programs)];
  await command('go', asked, {
    folder,
    timeoutMs: BUILD_TIMEOUT_MS,
    environment: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -trimpath -mod=readonly' },
  });
  for (const [name, path] of Object.entries(programs)) {
    renameSync(join(folder, 'bin', nameByGo(path)), join(folder, 'bin', name));
  }
  if (files === undefined) return;
  const where = ['list', '-m', '-f', '{{.Dir}}', files.module];
  const source = (await command('go', where, { folder })).trim();
  for (const path of files.paths) {
    cpSync(join(source, path), join(folder, 'bin', basename(path)));
  }
}

/** The last part of the path that is no version. */
function nameByGo(path: string): string {
  return basename(path.replace(/\/v\d+$/, ''));
}

function folderOf({ name, folder, stamps = [], files }: GoBuild): string {
  const hash = createHash('sha256').update([...stamps, ...(files?.paths ?? [])].join());
  for (const path of sourcesOf(folder)) hash.update(readFileSync(path));
  return join(cache, `bin-${name}-${hash.digest('hex').slice(0, 12)}`);
}

function sourcesOf(folder: string): readonly string[] {
  const entries = readdirSync(join(sources, 'kubernetes/go', folder), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
}
