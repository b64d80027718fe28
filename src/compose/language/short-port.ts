import {
  mistaken,
  read,
  refused,
  type Plain,
  type Reading,
  type Scalar,
  type Short,
} from './form.ts';
import { isIpAddress, isPortOrRange } from './special-text.ts';

/** `[IP:][HOST:]CONTAINER[/PROTOCOL]`, each port possibly a range: one long form for each container port. */
export const shortPort: Short = {
  from: ['text', 'number'],
  words: 'a port such as 8000, "8080:80", "127.0.0.1:8080:80/tcp" or "8000-8010:8000-8010"',
  read: readPort,
};

function readPort(value: Scalar): Reading {
  const parts = String(value).split(':');
  const [port = '', protocol = 'tcp', ...rest] = (parts.pop() ?? '').split('/');
  const published = parts.pop() ?? '';
  const address = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  if (!isPortOrRange(port) || rest.length > 0) return badTarget(String(value), port);
  if (!/^(tcp|udp|sctp)$/i.test(protocol))
    return refused(`"${protocol}" is no protocol`, 'Write tcp, udp or sctp after the /.');
  if (published !== '' && !isPortOrRange(published)) return refused(badPort(published));
  if (address !== '' && !isIpAddress(address)) {
    const why = `"${address}" is no IP address`;
    if (address !== 'localhost') return refused(why);
    const write = JSON.stringify(String(value).replace('localhost', '127.0.0.1'));
    return mistaken(why, write, `Write ${write}.`);
  }
  const targets = rangeOf(port);
  if (targets.first === 0) return refused('nothing listens on port 0');
  const hosts = published === '' ? undefined : rangeOf(published);
  if (hosts !== undefined && targets.size > 1 && hosts.size !== targets.size) {
    return refused(`${port} and ${published} are ranges of different lengths`);
  }
  return read(longForms({ address, protocol: protocol.toLowerCase(), published, targets, hosts }));
}

interface Range {
  readonly first: number;
  readonly size: number;
}

function longForms({
  address,
  protocol,
  published,
  targets,
  hosts,
}: {
  readonly address: string;
  readonly protocol: string;
  readonly published: string;
  readonly targets: Range;
  readonly hosts: Range | undefined;
}): readonly Plain[] {
  return Array.from({ length: targets.size }, (_, i) => ({
    mode: 'ingress',
    ...(address !== '' && { host_ip: address }),
    target: targets.first + i,
    ...(hosts !== undefined && {
      published:
        targets.size === 1 && hosts.size > 1 ? normalRange(published) : String(hosts.first + i),
    }),
    protocol,
  }));
}

function rangeOf(text: string): Range {
  const dash = text.indexOf('-');
  if (dash < 0) return { first: Number(text), size: 1 };
  const first = Number(text.slice(0, dash));
  return { first, size: Number(text.slice(dash + 1)) - first + 1 };
}

const normalRange = (text: string): string => text.split('-').map(Number).join('-');

function badTarget(value: string, port: string): Reading {
  const protocol = /^(.*):(tcp|udp|sctp)$/i.exec(value);
  if (protocol !== null) {
    const write = `"${protocol[1]}/${protocol[2]}"`;
    return mistaken('the protocol comes after a /', write, `Write ${write}.`);
  }
  return refused(port === '' ? 'the port of the container is missing' : badPort(port));
}

function badPort(text: string): string {
  const tooBig = text.split('-').find((each) => /^\d+$/.test(each) && Number(each) > 65_535);
  if (tooBig !== undefined) return `${tooBig} is above 65535, the last port`;
  return `"${text}" is no port`;
}
