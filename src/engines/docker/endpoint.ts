import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { HttpEndpoint } from '../../host/http-endpoint.ts';

/** What of a process and its user says where the engine listens. */
export interface DockerSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number;
}

/** Where the engine is said to listen, and who says so. */
export type FoundEndpoint =
  | { readonly kind: 'found'; readonly endpoint: HttpEndpoint; readonly from: string }
  /** Nobody names one, and no socket is where one usually is. */
  | { readonly kind: 'none'; readonly looked: readonly string[] }
  | { readonly kind: 'unusable'; readonly from: string; readonly why: string };

/** In the order of Docker's own client: `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context, then the usual sockets. */
export function findEndpoint(around: DockerSurroundings, context?: string): FoundEndpoint {
  const { environment, home, uid } = around;
  const host = environment['DOCKER_HOST'];
  if (context === undefined && host !== undefined && host !== '')
    return endpointOf(host, 'DOCKER_HOST', certificatesOf(environment));
  const named = context ?? currentContext(around);
  if (named !== undefined && named !== 'default') return endpointOfContext(around, named);
  const looked = usualSockets({ environment, home, uid });
  const path = looked.find((each) => existsSync(each));
  return path === undefined
    ? { kind: 'none', looked }
    : { kind: 'found', endpoint: { kind: 'unix', path }, from: path };
}

/** Folder of Docker's client: contexts, credentials. */
function dockerConfigFolder({ environment, home }: DockerSurroundings): string {
  const folder = environment['DOCKER_CONFIG'];
  return folder === undefined || folder === '' ? join(home, '.docker') : folder;
}

/** `config.json` of Docker's client; nothing when there is none, or none that can be read. */
export function dockerConfig(around: DockerSurroundings): Readonly<Record<string, unknown>> {
  return jsonAt(join(dockerConfigFolder(around), 'config.json')) ?? {};
}

function currentContext(around: DockerSurroundings): string | undefined {
  const named = around.environment['DOCKER_CONTEXT'];
  if (named !== undefined && named !== '') return named;
  const kept = dockerConfig(around)['currentContext'];
  return typeof kept === 'string' && kept !== '' ? kept : undefined;
}

function endpointOfContext(around: DockerSurroundings, name: string): FoundEndpoint {
  const from = `the context ${name} of Docker`;
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(dockerConfigFolder(around), 'contexts');
  const meta = jsonAt(join(folder, 'meta', id, 'meta.json'));
  const host = fieldOf(fieldOf(fieldOf(meta, 'Endpoints'), 'docker'), 'Host');
  if (typeof host !== 'string') return { kind: 'unusable', from, why: 'there is no such context' };
  return endpointOf(host, from, certificatesIn(join(folder, 'tls', id, 'docker')));
}

function endpointOf(text: string, from: string, tls: Certificates | undefined): FoundEndpoint {
  const found = (endpoint: HttpEndpoint): FoundEndpoint => ({ kind: 'found', endpoint, from });
  const unix = /^unix:\/\/(\/.*)$/.exec(text)?.[1];
  if (unix !== undefined) return found({ kind: 'unix', path: unix });
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(text);
  if (tcp !== null) {
    const port = tcp[2] === undefined ? (tls === undefined ? 2375 : 2376) : Number(tcp[2]);
    const host = (tcp[1] ?? '').replaceAll(/[[\]]/g, '');
    return found({ kind: 'tcp', host, port, ...(tls !== undefined && { tls }) });
  }
  const ssh = /^ssh:\/\/(?:([^@/]+)@)?([^:/@-][^:/@]*)(?::(\d+))?(?:\/.*)?$/.exec(text);
  if (ssh === null) return { kind: 'unusable', from, why: `"${text}" is no address of an engine` };
  const [, user, host = '', port] = ssh;
  return found({
    kind: 'ssh',
    destination: [
      ...(user === undefined ? [] : ['-l', user]),
      ...(port === undefined ? [] : ['-p', port]),
      host,
    ],
    command: ['docker', 'system', 'dial-stdio'],
  });
}

/** Docker, rootless Docker, Docker Desktop, Colima, OrbStack, Rancher Desktop; then Podman. */
function usualSockets({ environment, home, uid }: DockerSurroundings): readonly string[] {
  const runtime = environment['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`;
  return [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.orbstack/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.rd/docker.sock'),
    join(runtime, 'podman/podman.sock'),
    ...(uid === 0 ? ['/run/podman/podman.sock'] : []),
  ];
}

type Certificates = { readonly ca?: string; readonly cert?: string; readonly key?: string };

function certificatesOf(environment: DockerSurroundings['environment']): Certificates | undefined {
  const verify = environment['DOCKER_TLS_VERIFY'] ?? '';
  const folder = environment['DOCKER_CERT_PATH'];
  return verify === '' || folder === undefined ? undefined : certificatesIn(folder);
}

function certificatesIn(folder: string): Certificates | undefined {
  const read = (name: string): string | undefined => textAt(join(folder, `${name}.pem`));
  const [ca, cert, key] = [read('ca'), read('cert'), read('key')];
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function jsonAt(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(textAt(path) ?? '');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
