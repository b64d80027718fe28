import type { RouteResult } from '../../gate/client.ts';
import { portOwner } from '../../host/port-owner.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Port, Service } from '../../model/project.ts';
import { publishedOf } from './plan-ports.ts';

/** The gate could not have the ports that a service publishes. */
export function routesRefused(service: Service, results: readonly RouteResult[]): RunError {
  const refused = results.flatMap((result) => (result.kind === 'refused' ? [result] : []));
  return new RunError(
    refused.map(({ route, error }) => portFinding(service, { ...route.listen, error })),
  );
}

/** Why nobody can listen there for `service`. `error` is what the system calls it, as in `EADDRINUSE`. */
export function portFinding(
  service: Service,
  { host, port, error }: { readonly host: string; readonly port: number; readonly error: string },
): Finding {
  const at = service.ports.find((each) => publishedOf(each) === port)?.at;
  const place = { service: service.name, ...(at !== undefined && { at }) };
  switch (error) {
    case 'EACCES':
      return {
        ...place,
        code: 'native/port-not-allowed',
        cause: `${service.name} publishes port ${port}, and only root may listen below 1024 here`,
        fix: [
          `Publish another one, as ${port + 8000}, or allow it: sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
        ],
      };
    case 'EADDRNOTAVAIL':
      return {
        ...place,
        code: 'native/address-not-here',
        cause: `${service.name} publishes port ${port} on ${host}, which is no address of this machine`,
        fix: ['Name an address of this machine, or leave it out.'],
      };
    case 'EADDRINUSE':
      return { ...place, code: 'native/port-taken', ...ownerOf(service.name, port) };
    default:
      return {
        ...place,
        code: 'native/port-refused',
        cause: `${service.name} publishes port ${port}, and the system refuses it: ${error}`,
      };
  }
}

/** The program itself could not listen. */
export function blockedFinding(service: Service, { target, at }: Port): Finding {
  const { cause, ...rest } = ownerOf(service.name, target);
  return {
    ...rest,
    code: 'native/port-taken',
    service: service.name,
    cause: cause.replace('publishes', 'listens on'),
    at,
    fix: [
      `Stop what listens there, or let ${service.name} take its port from a variable: environment: { PORT: ${target} }; bowline then gives it another one.`,
    ],
  };
}

function ownerOf(service: string, port: number): Pick<Finding, 'cause' | 'proof' | 'fix'> {
  const owner = portOwner(port);
  const fix = [`Stop what listens there, or publish another port for ${service}.`];
  if (owner.kind !== 'process')
    return { cause: `${service} publishes port ${port}, which is taken`, fix };
  const project = projectOfGate(owner.command);
  if (project !== undefined) {
    return {
      cause: `${service} publishes port ${port}, which is taken by project ${project}`,
      proof: [`${owner.pid}: the gate of project ${project}`],
      fix: [
        `Stop that project first: bowline -p ${project} down`,
        `Or publish another port for ${service}.`,
      ],
    };
  }
  const where = owner.cwd === undefined ? '' : `, in ${owner.cwd}`;
  return {
    cause: `${service} publishes port ${port}, which is taken by process ${owner.pid}`,
    proof: [`${owner.pid}: ${owner.command}${where}`],
    fix,
  };
}

/** The project whose gate a process is, as its command says: its last argument is a file in the state of the project. */
function projectOfGate(command: string): string | undefined {
  return /gate\.js \S+ \/.*\/([^/]+)\/gate\.json$/.exec(command)?.[1];
}
