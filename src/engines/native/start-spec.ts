import { join } from 'node:path';

import type { Healthcheck } from '../../model/healthcheck.ts';
import type { Service } from '../../model/project.ts';
import type { OuterProcess } from './isolation.ts';
import type { Probe, ProbeSchedule, UnitPort, UnitSpec } from './unit.ts';

/** What `unitSpecOf` is made from, besides the service. */
export interface SpecParts {
  readonly project: string;
  readonly number: number;
  readonly fingerprint: string;
  /** Without wrappers, as the user sees it. */
  readonly command: readonly string[];
  readonly process: OuterProcess;
  readonly ports: readonly UnitPort[];
  readonly healthcheck?: ProbeSchedule & { readonly probe: Probe };
  /** Of the image; the service's own goes before it. @defaultValue 'SIGTERM' */
  readonly stopSignal?: string;
  readonly ownsDirectory?: string;
  readonly runAs?: UnitSpec['runAs'];
}

/** The name of one copy of a service among the daemon's units. */
export function unitNameOf(service: string, number: number): string {
  return `${service}-${number}`;
}

/** What the user calls one copy, as Docker Compose names containers. */
export function replicaNameOf(
  project: string,
  service: Pick<Service, 'name' | 'containerName'>,
  number: number,
): string {
  return service.containerName ?? `${project}-${service.name}-${number}`;
}

/** Everything the daemon needs to run one copy of a service. */
export function unitSpecOf(service: Service, parts: SpecParts): UnitSpec {
  const {
    number,
    fingerprint,
    command,
    process: outer,
    ports,
    healthcheck,
    ownsDirectory,
    runAs,
  } = parts;
  return {
    format: 1,
    name: unitNameOf(service.name, number),
    service: service.name,
    number,
    fingerprint,
    image: imageNameOf(parts.project, service),
    command,
    argv: outer.argv,
    cwd: outer.cwd,
    environment: outer.environment,
    restart: service.restart,
    ...(healthcheck !== undefined && { healthcheck }),
    stopSignal: signalOf(service.stopSignal ?? parts.stopSignal),
    stopGraceMs: service.stopGracePeriodMs,
    ...(ownsDirectory !== undefined && { ownsDirectory }),
    ...(runAs !== undefined && { runAs }),
    ports,
  };
}

/** The image as Docker Compose would name it. */
function imageNameOf(project: string, { image, name }: Pick<Service, 'image' | 'name'>): string {
  return image ?? `${project}-${name}`;
}

/** `SIGTERM`, `TERM` and `15` are the same; what is no signal was refused before. */
function signalOf(text = 'SIGTERM'): NodeJS.Signals {
  const name = text.toUpperCase();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- loading has checked the name
  return (name.startsWith('SIG') ? name : `SIG${name}`) as NodeJS.Signals;
}

export function scheduleOf(check: Healthcheck): ProbeSchedule {
  const { intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs } = check;
  return { intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs };
}

/** Address and port that a probe asks, put in the place where the service's program really listens. */
export function redirectProbe(
  probe: Extract<Probe, { readonly kind: 'http' | 'tcp' }>,
  listening: ReadonlyMap<number, number>,
): Probe {
  if (probe.kind === 'tcp') {
    return isLoopback(probe.host)
      ? { ...probe, host: '127.0.0.1', port: listening.get(probe.port) ?? probe.port }
      : probe;
  }
  const url = new URL(probe.url);
  if (!isLoopback(url.hostname)) return probe;
  const asked = url.port === '' ? 80 : Number(url.port);
  const host = url.host;
  url.hostname = '127.0.0.1';
  url.port = String(listening.get(asked) ?? asked);
  // The server sees the name that the check was written with.
  return { kind: 'http', url: url.href, headers: { ...probe.headers, host } };
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '0.0.0.0' ||
    host === '[::1]' ||
    host === '::1' ||
    host.startsWith('127.')
  );
}

/** Folder of a service's own files, beside the units. */
export function ownFolderOf(state: string, service: string): string {
  return join(state, 'services', service);
}
