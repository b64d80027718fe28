import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { commandOf } from './process-scanner.ts';

/** Who listens on a port. */
export type PortOwner =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly command: string;
      readonly cwd?: string;
    }
  /** Somebody, but this system does not say who, or not to this user. */
  | { readonly kind: 'unknown' };

/** Looks who listens on a TCP port, on any address of this machine. */
export function portOwner(port: number): PortOwner {
  if (process.platform !== 'linux') return { kind: 'unknown' };
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => listening(path, port)),
  );
  if (inodes.size === 0) return { kind: 'nobody' };
  const pid = holderOf(inodes);
  if (pid === undefined) return { kind: 'unknown' };
  const cwd = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  return { kind: 'process', pid, command: commandOf(pid), ...(cwd === undefined ? {} : { cwd }) };
}

/** Socket inodes in state LISTEN (0A). @see https://docs.kernel.org/networking/proc_net_tcp.html */
function listening(path: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (attempt(() => readFileSync(path, 'latin1')) ?? '').split('\n').slice(1);
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const inode = fields[9];
    const listens = fields[1]?.endsWith(suffix) === true && fields[3] === '0A';
    return listens && inode !== undefined ? [inode] : [];
  });
}

function holderOf(inodes: ReadonlySet<string>): number | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const link = attempt(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
      const inode = /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1];
      if (inode !== undefined && inodes.has(inode)) return Number(pid);
    }
  }
  return undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
