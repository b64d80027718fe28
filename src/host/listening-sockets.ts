import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { ProcessScanner } from './process-scanner.ts';

/** A TCP socket that waits for connections. `address` as in `127.0.0.1` or `::`. */
export interface TcpListener {
  readonly address: string;
  readonly port: number;
}

/** What a process and its descendants listen on; absent where the system does not say. */
export async function listeningSockets(pid: number): Promise<readonly TcpListener[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { rows } = await new ProcessScanner('BOWLINE_UNIT').scan();
  const tree = new Set([pid]);
  // A child may come before its parent in the table: as often as something is found.
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const row of rows.values()) if (tree.has(row.parent)) tree.add(row.pid);
  }
  const inodes = new Set([...tree].flatMap(inodesOf));
  const found = [...tableOf('/proc/net/tcp', inodes), ...tableOf('/proc/net/tcp6', inodes)];
  return [...new Map(found.map((each) => [`${each.address} ${each.port}`, each])).values()];
}

function inodesOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return attempt(() => readdirSync(folder), []).flatMap((descriptor) => {
    const link = attempt(() => readlinkSync(`${folder}/${descriptor}`), '');
    return /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [];
  });
}

/** Sockets in state LISTEN (0A). @see https://docs.kernel.org/networking/proc_net_tcp.html */
function tableOf(path: string, inodes: ReadonlySet<string>): readonly TcpListener[] {
  return attempt(() => readFileSync(path, 'latin1'), '')
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      if (fields[3] !== '0A' || !inodes.has(fields[9] ?? '')) return [];
      return [{ address: addressOf(address), port: Number.parseInt(port, 16) }];
    });
}

/** The table has each word of an address with its bytes reversed. */
function addressOf(hex: string): string {
  if (hex.length === 8) {
    return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
  }
  if (/^0+$/.test(hex)) return '::';
  return /^0{24}01000000$/.test(hex) ? '::1' : hex.toLowerCase();
}

function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
