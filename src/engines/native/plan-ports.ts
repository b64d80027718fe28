import type { Port, ServiceName } from '../../model/project.ts';
import { findPortCarrier, type PortCarrier, type Startup } from './port-carrier.ts';

/** How a target port of a service is reached on this machine. */
export type PortPlan =
  /** The program listens on its own port; the gate passes what arrives at the published one. */
  | { readonly kind: 'kept'; readonly port: Port }
  /** The program is told to listen elsewhere, for its own port is needed by the gate or by another service. */
  | { readonly kind: 'moved'; readonly port: Port; readonly carrier: PortCarrier }
  /** Published and target are the same and nothing tells the program its port: it listens there itself, without the gate. */
  | { readonly kind: 'direct'; readonly port: Port }
  /** Another program listens on the target, and nothing tells this one to listen elsewhere. */
  | { readonly kind: 'blocked'; readonly port: Port };

export interface PortsQuestion {
  readonly service: ServiceName;
  readonly ports: readonly Port[];
  readonly startup: Startup;
  /** Ports that the gate listens on for this project, on any address. */
  readonly gatePorts: ReadonlySet<number>;
  /** Target ports of the project's other services that bind every address. */
  readonly othersTargets: ReadonlySet<number>;
  /** Target ports on which another program of this machine listens now. */
  readonly taken: ReadonlySet<number>;
}

/** Decides for each target port. A port that only its own program needs is left as it is: then nothing has to be rewritten. */
export function planPorts({
  ports,
  startup,
  gatePorts,
  othersTargets,
  taken,
}: PortsQuestion): readonly PortPlan[] {
  return ports.map((port) => {
    const { target, protocol } = port;
    if (protocol === 'udp') return { kind: 'kept', port };
    if (!gatePorts.has(target) && !othersTargets.has(target) && !taken.has(target))
      return { kind: 'kept', port };
    const carrier = findPortCarrier(target, startup);
    if (carrier !== undefined) return { kind: 'moved', port, carrier };
    if (taken.has(target)) return { kind: 'blocked', port };
    return publishedOf(port) === target ? { kind: 'direct', port } : { kind: 'kept', port };
  });
}

/** The published port as a number; of a range, the first. Undefined when any free port will do. */
export function publishedOf({ published }: Port): number | undefined {
  const first = published?.split('-')[0];
  return first === undefined || first === '' ? undefined : Number(first);
}
