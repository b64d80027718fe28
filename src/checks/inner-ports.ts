import type { Diagnostic } from '../model/diagnostic.ts';
import type { Port, Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { endpointsOf, type Endpoint } from './endpoints.ts';
import { reachIn } from './reach.ts';
import { replacing } from './written.ts';

/** Between services the port counts that a process listens on, not the one published on this machine. */
export function checkInnerPorts(project: Project, facts: Facts): readonly Diagnostic[] {
  const reach = reachIn(project);
  return project.services.flatMap((service) =>
    endpointsOf(service).flatMap((endpoint): readonly Diagnostic[] => {
      const other = reach.find(endpoint.host.text);
      if (other === undefined || other.name === service.name || !reach.isEnclosed(other)) return [];
      const port = publishedOnly(endpoint, other);
      return port === undefined ? [] : [wrongPort({ service, endpoint, other, port }, facts)];
    }),
  );
}

/** The publication whose outer port was taken for the inner one. */
function publishedOnly({ port }: Endpoint, { ports, expose }: Service): Port | undefined {
  if (port === undefined) return undefined;
  const listens = [...ports.map(({ target }) => target), ...expose].map(String);
  if (listens.includes(port.text)) return undefined;
  return ports.find(({ published }) => published === port.text);
}

interface WrongPort {
  readonly service: Service;
  readonly endpoint: Endpoint;
  readonly other: Service;
  readonly port: Port;
}

function wrongPort({ service, endpoint, other, port }: WrongPort, facts: Facts): Diagnostic {
  const { variable, port: written, host } = endpoint;
  const inner = String(port.target);
  return {
    code: 'compose/outer-port',
    severity: 'warning',
    message: `${variable} of ${service.name} names port ${written?.text ?? ''} of ${other.name}, which only this machine has: ${other.name} listens on ${inner}`,
    help: `Write ${inner}: a published port is for what runs outside of the project.`,
    ...replacing({ part: written?.text ?? '', by: inner }, written?.at ?? host.at, facts),
    related: [{ message: 'it is published here', at: port.at }],
  };
}
