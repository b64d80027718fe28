import type { Diagnostic, Fix } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import { reachIn } from './reach.ts';
import { SERVER_PORT, serverOf } from './server-image.ts';
import { placeOf, placeOfHost, replacing } from './written.ts';

/** `localhost` is the service itself, never another one. Web addresses do not count: a browser may be meant. */
export function checkLocalhost(project: Project, facts: Facts): readonly Diagnostic[] {
  const reach = reachIn(project);
  return project.services.flatMap((service) => {
    const endpoints = endpointsOf(service).filter(
      ({ host, web }) => !web && /^(?:localhost|127\.\d+\.\d+\.\d+)$/.test(host.text),
    );
    if (endpoints.length === 0 || !reach.isEnclosed(service)) return [];
    return endpoints.flatMap((endpoint) => {
      const [meant, ...more] = project.services.filter((other) => answers(other, endpoint));
      if (meant === undefined || more.length > 0 || isOwn(service, endpoint)) return [];
      return meant.name === service.name ? [] : [itself({ service, endpoint, meant }, facts)];
    });
  });
}

/** Is it a server of the kind, on that port of its own or of this machine? */
function answers(service: Service, { servers, port }: Endpoint): boolean {
  const server = serverOf(service);
  if (server === undefined || !servers.includes(server.kind)) return false;
  if (port === undefined) return true;
  return (
    Number(port.text) === SERVER_PORT[server.kind] ||
    service.ports.some(({ target, published }) => [String(target), published].includes(port.text))
  );
}

function isOwn({ ports, expose }: Service, { port }: Endpoint): boolean {
  return [...ports.map(({ target }) => target), ...expose].some(
    (each) => String(each) === port?.text,
  );
}

interface Itself {
  readonly service: Service;
  readonly endpoint: Endpoint;
  readonly meant: Service;
}

function itself({ service, endpoint, meant }: Itself, facts: Facts): Diagnostic {
  const { host, variable } = endpoint;
  const { at, fix } = replacing(
    { part: host.text, by: meant.name, find: placeOfHost },
    host.at,
    facts,
  );
  const whole = fix === undefined ? undefined : withPort(fix, { endpoint, meant }, facts);
  return {
    code: 'compose/localhost',
    severity: 'warning',
    message: `${variable} of ${service.name} names ${host.text}, which inside ${service.name} is ${service.name} itself, not ${meant.name}`,
    help: `Write ${meant.name}: services reach each other under their names.`,
    at,
    related: [{ message: `${meant.name} is here`, at: meant.at }],
    ...(whole !== undefined && { fix: whole }),
  };
}

/** The port of this machine is not the service's own. */
function withPort(
  fix: Fix,
  { endpoint: { port }, meant }: Omit<Itself, 'service'>,
  facts: Facts,
): Fix | undefined {
  const published = meant.ports.find((each) => each.published === port?.text);
  if (port === undefined || published === undefined || String(published.target) === port.text)
    return fix;
  const place = placeOf(port.text, port.at, facts);
  const text = String(published.target);
  return place === undefined
    ? undefined
    : { title: `${fix.title}:${text}`, edits: [...fix.edits, { at: place, text }] };
}
