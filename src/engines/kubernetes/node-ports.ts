import type { Cancellable, Emitting } from '../../engine/engine.ts';
import type { TcpAddress } from '../../host/tcp.ts';
import type { ServiceName } from '../../model/project.ts';
import { nodePortsOf } from './addresses.ts';
import { knock, knockUntil } from './knock.ts';
import type { OnCluster } from './on-cluster.ts';

type Place = Pick<OnCluster, 'cluster' | 'services'>;

/**
 * Waits until the ports of nodes lead to the service: what does that on the nodes follows a moment after the pods are
 * ready. What cannot be reached from here is not waited for.
 */
export async function awaitOpenPorts(
  place: Place,
  { service, signal, emit }: Cancellable & Emitting & { readonly service: ServiceName },
): Promise<void> {
  const ports = await portsOf(place, service, signal);
  await Promise.all(
    ports.map(async (address) => {
      const answer = await knockUntil((each) => each !== 'refused', address, { signal });
      if (answer !== 'refused') return;
      const text = `${nameOf(address)} still refuses connections: its node may need longer, or keep others out`;
      emit({ kind: 'note', level: 'warning', service, text });
    }),
  );
}

/** The ports of nodes at which somebody answers now. */
export async function openPortsOf(
  place: Place,
  service: ServiceName,
  signal: AbortSignal,
): Promise<readonly TcpAddress[]> {
  const ports = await portsOf(place, service, signal);
  const answers = await Promise.all(ports.map((address) => knock(address, signal)));
  return ports.filter((_, position) => answers[position] === 'open');
}

/** Waits until ports that were open refuse: for a moment nodes still lead to pods that are gone, which answers nobody. */
export async function awaitClosedPorts(
  ports: readonly TcpAddress[],
  { service, signal, emit }: Cancellable & Emitting & { readonly service: ServiceName },
): Promise<void> {
  await Promise.all(
    ports.map(async (address) => {
      const answer = await knockUntil((each) => each === 'refused', address, { signal });
      if (answer !== 'open') return;
      const text = `${nameOf(address)} still accepts connections: its node may need longer`;
      emit({ kind: 'note', level: 'warning', service, text });
    }),
  );
}

async function portsOf(
  { cluster, services }: Place,
  service: ServiceName,
  signal: AbortSignal,
): Promise<readonly TcpAddress[]> {
  return nodePortsOf(await services.edges(service, signal), cluster.target);
}

function nameOf({ host, port }: TcpAddress): string {
  return `${host}:${port}`;
}
