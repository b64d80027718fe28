import type { Leaves } from '../../model/leaves.ts';
import type { Project, RestartPolicy, Service } from '../../model/project.ts';
import { canonicalService } from './canonical-service.ts';
import { fieldsOf } from './fields.ts';
import type { GrantMounts } from './grants.ts';
import { type Section, sectionOf, textOf, textsOf } from './json.ts';
import { containerLabels } from './labels.ts';
import { inheritedBinds, mountsOf } from './mounts.ts';
import { type Networking, networkingOf, portsOf, resolveNamespace } from './networking.ts';
import type { ContainerMount, EngineHealthcheck } from './shapes.ts';

export interface ContainerRequestOptions {
  readonly project: Project;
  readonly service: Service;
  readonly number: number;
  readonly name: string;
  readonly imageId: string;
  readonly hash: string | undefined;
  readonly origin: Leaves;
  readonly version: string;
  /** Secrets and configs that are mounted; the others are copied in. */
  readonly grants: GrantMounts;
  /** Of the container that it replaces. */
  readonly inherited: readonly ContainerMount[];
  readonly containerOf: (service: string) => string;
}

export interface ContainerRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly networking: Networking;
}

/** The request that creates one container of a service, as Docker Compose would create it. */
export function containerRequest(options: ContainerRequestOptions): ContainerRequest {
  const { project, service, name, grants, inherited, containerOf } = options;
  const canonical = canonicalService(project, service.name);
  const { container: fields, host } = fieldsOf(canonical);
  const networking = networkingOf({ ...options, canonical, containerName: name });
  const ports = portsOf(service.ports, textsOf(canonical['expose']));
  const mounts = mountsOf(canonical, project, inherited);
  const [first] = networking.endpoints;
  const body = {
    ...fields,
    ...processOf(service),
    Image: imageNameOf(project, service),
    Labels: containerLabels({ ...options, fingerprint: service.fingerprint }),
    ExposedPorts: ports.ExposedPorts,
    ...healthOf(service, canonical),
    HostConfig: {
      ...host,
      ...namespacesOf(canonical, containerOf),
      Binds: [...mounts.Binds, ...grants.binds],
      Mounts: [...mounts.Mounts, ...inheritedBinds(canonical, inherited)],
      VolumesFrom: volumesFrom(canonical, containerOf),
      NetworkMode: networking.mode,
      PortBindings: ports.PortBindings,
      RestartPolicy: restartOf(service.restart),
    },
    NetworkingConfig: {
      EndpointsConfig: first === undefined ? {} : { [first.network]: first.settings },
    },
  };
  return { body, networking };
}

/** The image that a service is built as when it names none. */
export function imageNameOf(project: Project, service: Pick<Service, 'name' | 'image'>): string {
  return service.image ?? `${project.name}-${service.name}`;
}

function processOf({
  command,
  entrypoint,
  environment,
  stopGracePeriodMs,
}: Service): Readonly<Record<string, unknown>> {
  return {
    ...(command !== undefined && { Cmd: command }),
    // An empty list means the image's own to the engine; an empty text means none.
    ...(entrypoint !== undefined && {
      Entrypoint: entrypoint.length === 0 ? [''] : entrypoint,
    }),
    Env: [...environment].map(([variable, { value }]) => `${variable}=${value}`),
    StopTimeout: Math.ceil(stopGracePeriodMs / 1000),
    AttachStdout: true,
    AttachStderr: true,
  };
}

const nano = (ms: number): number => Math.round(ms * 1e6);

function healthOf(
  { healthcheck, healthcheckDisabled }: Service,
  canonical: Section,
): { readonly Healthcheck?: EngineHealthcheck } {
  if (healthcheckDisabled) return { Healthcheck: { Test: ['NONE'] } };
  if (healthcheck === undefined) return {};
  const { test, intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs } = healthcheck;
  const { start_interval: written } = sectionOf(canonical['healthcheck']);
  return {
    Healthcheck: {
      Test: test,
      Interval: nano(intervalMs),
      Timeout: nano(timeoutMs),
      Retries: retries,
      StartPeriod: nano(startPeriodMs),
      ...(written !== undefined && { StartInterval: nano(startIntervalMs) }),
    },
  };
}

function namespacesOf(
  canonical: Section,
  containerOf: (service: string) => string,
): Readonly<Record<string, string>> {
  const named = (key: string): string | undefined => {
    const mode = textOf(canonical[key]);
    return mode === undefined || mode === '' ? undefined : resolveNamespace(mode, containerOf);
  };
  const [ipc, pid] = [named('ipc'), named('pid')];
  return { ...(ipc !== undefined && { IpcMode: ipc }), ...(pid !== undefined && { PidMode: pid }) };
}

/** `db`, `db:ro`, `container:name:ro`. */
function volumesFrom(
  canonical: Section,
  containerOf: (service: string) => string,
): readonly string[] {
  return textsOf(canonical['volumes_from']).map((each) => {
    if (each.startsWith('container:')) return each.slice('container:'.length);
    const [service = '', ...mode] = each.split(':');
    return [containerOf(service), ...mode].join(':');
  });
}

function restartOf(policy: RestartPolicy): {
  readonly Name: string;
  readonly MaximumRetryCount: number;
} {
  return {
    Name: policy.kind,
    MaximumRetryCount: policy.kind === 'on-failure' ? (policy.maxRetries ?? 0) : 0,
  };
}
