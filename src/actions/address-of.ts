import type { ServiceAddress } from '../engine/connection.ts';
import type { Service } from '../model/project.ts';
import type { Session } from './session.ts';

/** Where a service answers from outside of its engine; only on that port, inside or outside, if one is given. */
export async function addressOf(
  { engine }: Session,
  { service, port }: { readonly service: Service; readonly port: number | undefined },
  { signal }: { readonly signal: AbortSignal },
): Promise<ServiceAddress | undefined> {
  const all =
    engine.addresses === undefined
      ? await publishedOf(engine, service, signal)
      : await engine.addresses(service.name, { signal });
  return all.find((each) => port === undefined || each.target === port || each.port === port);
}

async function publishedOf(
  engine: Session['engine'],
  { name }: Service,
  signal: AbortSignal,
): Promise<readonly ServiceAddress[]> {
  const { replicas } = await engine.observe({ signal });
  return replicas
    .filter(({ service, state }) => service === name && state.kind === 'running')
    .flatMap(({ ports }) => ports)
    .filter(({ published, protocol }) => published > 0 && protocol === 'tcp')
    .map(({ hostIp, published, target }) => ({ host: reachable(hostIp), port: published, target }));
}

/** Every address of a machine is one that it has itself. */
function reachable(address: string): string {
  if (address === '' || address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
