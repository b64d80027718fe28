import type { ServiceLimits } from '../../model/engine-limits.ts';
import type { Comparison, ObservedReplica } from '../../model/observed.ts';
import type { Dependency, Project, Service, ServiceName } from '../../model/project.ts';
import { parseServiceName } from '../../model/project.ts';
import type { UpOptions } from '../up-context.ts';

export const at = { file: '/p/compose.yaml', start: 0, end: 0 };

export function named(text: string): ServiceName {
  const name = parseServiceName(text);
  if (name === undefined) throw new Error(text);
  return name;
}

export function dependsOn(
  target: string,
  condition: Dependency['condition'] = 'service_healthy',
): Dependency {
  return { service: named(target), condition, required: true, restart: false, at };
}

export function service(name: string, parts: Partial<Service> = {}): Service {
  return {
    name: named(name),
    tty: false,
    stdinOpen: false,
    init: false,
    environment: new Map(),
    ports: [],
    expose: [],
    networks: [],
    mounts: [],
    secrets: [],
    configs: [],
    dependsOn: [],
    healthcheckDisabled: false,
    restart: { kind: 'no' },
    stopGracePeriodMs: 10_000,
    replicas: 1,
    aliases: [],
    extraHosts: new Map(),
    labels: new Map(),
    attach: true,
    fingerprint: `f-${name}`,
    at,
    ...parts,
  };
}

export function project(...services: readonly Service[]): Project {
  return {
    name: 'shop',
    workingDir: '/p',
    files: [at.file],
    services,
    inactive: [],
    networks: [],
    volumes: [{ key: 'data', name: 'shop_data', external: false, at }],
    secrets: [],
    configs: [],
    canonical: {},
    origins: new Map(),
    settings: { environments: new Map() },
  };
}

export function replica(
  name: string,
  state: ObservedReplica['state'],
  number = 1,
): ObservedReplica {
  return {
    name: `shop-${name}-${number}`,
    service: named(name),
    number,
    fingerprint: `f-${name}`,
    command: [],
    createdAtMs: 0,
    ports: [],
    state,
  };
}

export const running = (
  health: 'none' | 'healthy' | 'starting' | 'unhealthy' = 'none',
): Extract<ObservedReplica['state'], { readonly kind: 'running' }> => ({
  kind: 'running',
  pid: 1,
  startedAtMs: 0,
  restarts: 0,
  health: { kind: health },
});
export const exited = (
  code: number,
): Extract<ObservedReplica['state'], { readonly kind: 'exited' }> => ({
  kind: 'exited',
  exit: { kind: 'code', code },
  finishedAtMs: 0,
  stopped: false,
});
export const nothing: Comparison = { replicas: [], volumes: [], artifacts: new Map() };
export const observed = (...replicas: readonly ObservedReplica[]): Comparison => ({
  ...nothing,
  replicas,
  volumes: ['shop_data'],
});
export const options: UpOptions & {
  readonly limits: { readonly services: ReadonlyMap<ServiceName, ServiceLimits> };
} = {
  services: [],
  recreate: 'changed',
  build: false,
  wait: false,
  removeOrphans: false,
  limits: { services: new Map() },
};
