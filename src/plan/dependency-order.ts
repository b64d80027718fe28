import type { Service, ServiceName } from '../model/project.ts';

/**
 * Services, each after all that it depends on; otherwise in the order given.
 *
 * Dependencies that are not among `services` are passed over, and so is the closing edge of a cycle:
 * loading has refused both where they matter.
 */
export function inDependencyOrder(services: readonly Service[]): readonly Service[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const ordered: Service[] = [];
  const seen = new Set<ServiceName>();
  const visit = (service: Service): void => {
    if (seen.has(service.name)) return;
    seen.add(service.name);
    for (const { service: name } of service.dependsOn) {
      const dependency = byName.get(name);
      if (dependency !== undefined) visit(dependency);
    }
    ordered.push(service);
  };
  for (const service of services) visit(service);
  return ordered;
}

/** `names` and everything that they depend on, directly or not. */
export function withDependencies(
  services: readonly Service[],
  names: readonly ServiceName[],
): ReadonlySet<ServiceName> {
  const byName = new Map(services.map((service) => [service.name, service]));
  const wanted = new Set<ServiceName>();
  const visit = (name: ServiceName): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const { service } of byName.get(name)?.dependsOn ?? []) visit(service);
  };
  for (const name of names) visit(name);
  return wanted;
}

/** Who depends directly on each service. */
export function dependantsOf(
  services: readonly Service[],
): ReadonlyMap<ServiceName, readonly ServiceName[]> {
  const dependants = new Map<ServiceName, ServiceName[]>();
  for (const { name, dependsOn } of services) {
    for (const { service } of dependsOn) {
      dependants.set(service, [...(dependants.get(service) ?? []), name]);
    }
  }
  return dependants;
}
