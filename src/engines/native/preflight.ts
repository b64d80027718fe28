import { access, constants, stat } from 'node:fs/promises';

import type { Preflight } from '../../engine/engine.ts';
import { errorCodeOf } from '../../host/error-code.ts';
import { canListen } from '../../host/tcp.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Finding } from '../../model/finding.ts';
import type { Mount, Project, Service } from '../../model/project.ts';
import { checkFolders } from './check-folders.ts';
import type { NativeOptions } from './options.ts';
import { publishedOf } from './plan-ports.ts';
import { portFinding } from './routes-failure.ts';
import type { ServiceStarter } from './service-starter.ts';
import type { UnitRecord } from './unit.ts';

export interface PreflightContext {
  readonly options: NativeOptions;
  readonly starter: ServiceStarter;
  readonly units: readonly UnitRecord[];
  readonly signal: AbortSignal;
}

/** Everything that stands in the way of starting `services` here, all at once. Changes nothing. */
export async function preflight(
  services: readonly Service[],
  { options, starter, units, signal }: PreflightContext,
): Promise<Preflight> {
  const folders = await checkFolders(services, options);
  const checks = await Promise.all(
    services.map(async (service): Promise<Preflight> => {
      const provided = await starter.check(service, signal);
      const mounts = await Promise.all(service.mounts.map((mount) => checkMount(service, mount)));
      return {
        diagnostics: [
          ...provided.diagnostics,
          ...checkMounts(service),
          ...mounts.flat(),
          ...(await checkGrants(options.project, service)),
          ...checkReplicas(service),
        ],
        findings: [...provided.findings, ...(await checkPorts(service, units))],
        notes: provided.notes,
      };
    }),
  );
  return {
    diagnostics: checks.flatMap((each) => each.diagnostics),
    findings: [...folders, ...checks.flatMap((each) => each.findings)],
    notes: checks.flatMap((each) => each.notes),
  };
}

/** A port that the gate holds for this project already is free for the service that holds it. */
async function checkPorts(
  service: Service,
  units: readonly UnitRecord[],
): Promise<readonly Finding[]> {
  const ours = new Set(
    units
      .filter(({ service: name, state }) => name === service.name && state.kind !== 'exited')
      .flatMap(({ ports }) => ports.map(({ published }) => published)),
  );
  const findings = await Promise.all(
    service.ports.map(async (port): Promise<readonly Finding[]> => {
      const published = publishedOf(port);
      if (published === undefined || port.protocol === 'udp' || ours.has(published)) return [];
      const host = port.hostIp === undefined || port.hostIp === '' ? '127.0.0.1' : port.hostIp;
      const answer = await canListen({ host, port: published });
      return answer.kind === 'free'
        ? []
        : [portFinding(service, { host, port: published, error: answer.code })];
    }),
  );
  return findings.flat();
}

async function checkMount(service: Service, mount: Mount): Promise<readonly Diagnostic[]> {
  if (mount.kind !== 'bind') return [];
  const problem = await unreadable(mount.source);
  if (problem === undefined || (problem === 'missing' && mount.createHostPath)) return [];
  return [
    {
      code: problem === 'missing' ? 'native/mount-missing' : 'native/mount-unreadable',
      severity: 'error',
      message:
        problem === 'missing'
          ? `service ${service.name} mounts ${mount.source}, which is not there`
          : `service ${service.name} mounts ${mount.source}, which this user may not read`,
      help:
        problem === 'missing'
          ? 'Make it, or correct the path.'
          : 'Give this user the right to read it.',
      at: mount.at,
    },
  ];
}

function checkMounts(service: Service): readonly Diagnostic[] {
  return service.mounts.flatMap((mount): readonly Diagnostic[] =>
    mount.kind === 'other'
      ? [
          {
            code: 'native/mount-type',
            severity: 'error',
            message: `service ${service.name} mounts a ${mount.type} at ${mount.target}, which natively there is not`,
            help: 'Natively there are bind mounts, volumes and tmpfs; use one of these, or --engine docker.',
            at: mount.at,
          },
        ]
      : [],
  );
}

async function checkGrants(project: Project, service: Service): Promise<readonly Diagnostic[]> {
  const checks = (['secrets', 'configs'] as const).flatMap((kind) =>
    service[kind].map(async ({ source, at }): Promise<readonly Diagnostic[]> => {
      const from = project[kind].find(({ key }) => key === source);
      const what = kind === 'secrets' ? 'secret' : 'config';
      if (from === undefined) return [];
      if (from.kind === 'external') {
        return [
          {
            code: 'native/external-secret',
            severity: 'error',
            message: `${what} ${source} is external, and natively there is no store that it could come from`,
            help: 'Give it a file or an environment variable for local use, as in an override file.',
            at,
          },
        ];
      }
      if (from.kind === 'environment' && from.value === undefined) {
        return [
          {
            code: 'native/secret-unset',
            severity: 'error',
            message: `${what} ${source} comes from the variable ${from.variable}, which is not set`,
            help: `Set ${from.variable} in the shell or in .env.`,
            at: from.at,
          },
        ];
      }
      if (from.kind !== 'file') return [];
      const problem = await unreadable(from.path);
      return problem === undefined
        ? []
        : [
            {
              code: problem === 'missing' ? 'native/mount-missing' : 'native/mount-unreadable',
              severity: 'error',
              message: `${what} ${source} comes from ${from.path}, which ${problem === 'missing' ? 'is not there' : 'this user may not read'}`,
              help:
                problem === 'missing'
                  ? 'Make it, or correct the path.'
                  : 'Give this user the right to read it.',
              at: from.at,
            },
          ];
    }),
  );
  return (await Promise.all(checks)).flat();
}

function checkReplicas({ name, ports, replicas, at }: Service): readonly Diagnostic[] {
  if (replicas <= 1 || ports.length === 0) return [];
  return [
    {
      code: 'native/replicas-with-ports',
      severity: 'warning',
      message: `service ${name} has ${replicas} copies; natively a published port reaches the first of them`,
      help: 'Let one copy serve, with several workers, or scale on Kubernetes.',
      at,
    },
  ];
}

async function unreadable(path: string): Promise<'missing' | 'forbidden' | undefined> {
  try {
    const { mode } = await stat(path);
    const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR;
    await access(path, isFolder ? constants.R_OK | constants.X_OK : constants.R_OK);
    return undefined;
  } catch (error) {
    return errorCodeOf(error) === 'ENOENT' ? 'missing' : 'forbidden';
  }
}
