import { ComposeError } from '../model/diagnostic.ts';
import type { Service } from '../model/project.ts';

/** A port of this machine that leads to one of a service. */
export interface Forwarded {
  /** Of this machine; 0: any free one. */
  readonly local: number;
  /** On which the process listens. */
  readonly remote: number;
}

/**
 * What `bowline port-forward` was asked for: `8080:80`, `80` or `:80`, by the number inside or that which is published.
 * Nothing was asked for: all that is published.
 *
 * @throws {ComposeError} when it is none of these, or nothing is published.
 */
export function forwardsOf(service: Service, asked: readonly string[]): readonly Forwarded[] {
  const ports = service.ports.filter(({ protocol }) => protocol === 'tcp');
  if (asked.length > 0) {
    return asked.map((text) => {
      const { local, remote } = parse(text);
      const isInside = ports.some(({ target }) => target === remote);
      const published = ports.find((port) => port.published === String(remote));
      return { local, remote: isInside ? remote : (published?.target ?? remote) };
    });
  }
  const all = ports.map(({ target, published }) => ({
    local: Number.parseInt(published ?? '0', 10),
    remote: target,
  }));
  if (all.length > 0)
    return all.filter(
      ({ remote }, index) => all.findIndex((each) => each.remote === remote) === index,
    );
  throw wrong(
    `${service.name} publishes no port`,
    `Name the port on which it listens: bowline port-forward ${service.name} 8000.`,
  );
}

function parse(text: string): Forwarded {
  const [, before, remote = ''] = /^(?:(\d{0,5}):)?(\d{1,5})$/.exec(text) ?? [];
  const local = before === undefined ? remote : before === '' ? '0' : before;
  const numbers = { local: Number(local), remote: Number(remote) };
  if (numbers.remote > 0 && numbers.remote <= 65_535 && numbers.local <= 65_535) return numbers;
  throw wrong(
    `"${text}" is no port to forward`,
    'Write the number of the port, or LOCAL:PORT, or :PORT for any free port of this machine.',
  );
}

function wrong(message: string, help: string): ComposeError {
  return new ComposeError([{ code: 'arguments/wrong-value', severity: 'error', message, help }], {
    sources: new Map(),
  });
}
