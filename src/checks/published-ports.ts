import type { Diagnostic } from '../model/diagnostic.ts';
import type { Port, Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';

interface Publication {
  readonly service: string;
  readonly port: Port;
}

/**
 * Two services cannot own the same port of this machine. Ranges take a free port each, so they cannot collide. Where the
 * user named services, others do not count: they may be alternatives that never run together.
 */
export function checkPublishedPorts(project: Project, { running }: Facts): readonly Diagnostic[] {
  const owners = new Map<string, Publication[]>();
  const found: Diagnostic[] = [];
  const together = withDependencies(project, running);
  for (const { name: service, ports } of project.services) {
    if (!together.has(service)) continue;
    for (const port of ports) {
      if (port.published === undefined || port.published.includes('-')) continue;
      const key = `${port.published}/${port.protocol}`;
      const present = owners.get(key) ?? [];
      const other = present.find((each) => sameAddress(each.port.hostIp, port.hostIp));
      if (other !== undefined) found.push(collision({ service, port }, other));
      owners.set(key, [...present, { service, port }]);
    }
  }
  return found;
}

/** The services named and all that they need; none named is all of them. */
function withDependencies(project: Project, named: readonly string[]): ReadonlySet<string> {
  const byName = new Map<string, Service>(project.services.map((each) => [each.name, each]));
  const together = new Set<string>();
  const waiting = named.length === 0 ? [...byName.keys()] : [...named];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (together.has(name)) continue;
    together.add(name);
    for (const { service } of byName.get(name)?.dependsOn ?? []) waiting.push(service);
  }
  return together;
}

/** No address is every address. */
function sameAddress(one: string | undefined, other: string | undefined): boolean {
  return isEvery(one) || isEvery(other) || one === other;
}

function isEvery(address: string | undefined): boolean {
  return address === undefined || address === '0.0.0.0' || address === '::';
}

function collision({ service, port }: Publication, other: Publication): Diagnostic {
  const address = port.hostIp === undefined ? '' : `${port.hostIp}:`;
  const owner = other.service === service ? `${service} itself` : other.service;
  return {
    code: 'compose/port-twice',
    severity: 'error',
    message: `${service} publishes port ${address}${port.published ?? ''}/${port.protocol}, which ${owner} publishes already`,
    help: `Publish it under another number, as in "${Number(port.published) + 1}:${port.target}".`,
    at: port.at,
    related: [{ message: `${other.service} publishes it here`, at: other.port.at }],
  };
}
