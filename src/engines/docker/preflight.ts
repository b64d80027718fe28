import type { Preflight } from '../../engine/engine.ts';
import { canListen } from '../../host/tcp.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Finding } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import { listContainers } from './containers.ts';
import type { DockerContext } from './context.ts';
import { missingFiles } from './grants.ts';
import { label } from './labels.ts';
import type { ContainerRow, Network, Volume } from './shapes.ts';

/** Everything that stands in the way of starting `services` on this engine, all at once. Changes nothing. */
export async function preflight(
  context: DockerContext,
  services: readonly Service[],
  signal: AbortSignal,
): Promise<Preflight> {
  const [diagnostics, ports, external] = await Promise.all([
    Promise.all(services.map((service) => checkSources(context, service))),
    checkPorts(context, services, signal),
    checkExternal(context, services, signal),
  ]);
  return { diagnostics: diagnostics.flat(), findings: [...ports, ...external], notes: [] };
}

async function checkSources(
  { project }: DockerContext,
  service: Service,
): Promise<readonly Diagnostic[]> {
  const missing = await missingFiles(project, service);
  const unset = [...service.secrets, ...service.configs].flatMap(({ source }) =>
    [...project.secrets, ...project.configs].filter(
      (each) => each.key === source && each.kind === 'environment' && each.value === undefined,
    ),
  );
  return [
    ...missing.map((source): Diagnostic => ({
      code: 'docker/source-missing',
      severity: 'error',
      message: `service ${service.name} uses ${source.key}, whose file ${source.kind === 'file' ? source.path : ''} is not there`,
      help: 'Make it, or correct the path.',
      at: source.at,
    })),
    ...[...new Set(unset)].map((source): Diagnostic => ({
      code: 'docker/source-missing',
      severity: 'error',
      message: `service ${service.name} uses ${source.key}, which comes from the variable ${source.kind === 'environment' ? source.variable : ''}, which is not set`,
      help: 'Set it in the shell or in .env.',
      at: source.at,
    })),
  ];
}

/** A port that a container of this project publishes already is about to be free, or stays where it is. */
async function checkPorts(
  context: DockerContext,
  services: readonly Service[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const asked = services.flatMap((service) =>
    service.ports
      .filter(({ protocol, published }) => protocol === 'tcp' && /^\d+$/.test(published ?? ''))
      .map((port) => ({ service, port })),
  );
  if (asked.length === 0 || !context.isLocal) return [];
  const own = (await listContainers(context, signal)).flatMap(({ NetworkSettings }) =>
    Object.values(NetworkSettings.Ports ?? {}).flatMap((bindings) =>
      (bindings ?? []).map(({ HostPort }) => HostPort),
    ),
  );
  const findings = await Promise.all(
    asked.map(async ({ service, port }): Promise<readonly Finding[]> => {
      const published = port.published ?? '';
      if (own.includes(published)) return [];
      const host = port.hostIp === undefined || port.hostIp === '' ? '0.0.0.0' : port.hostIp;
      const answer = await canListen({ host, port: Number(published) });
      if (answer.kind === 'free' || answer.code !== 'EADDRINUSE') return [];
      const owner = await ownerOf(context, published, signal);
      return [
        {
          code: 'docker/port-taken',
          service: service.name,
          cause: `port ${published} is taken already${owner === undefined ? '' : ` by ${owner.text}`}`,
          fix: [owner?.fix ?? 'Stop what listens there, or publish another port of this machine.'],
          at: port.at,
        },
      ];
    }),
  );
  return findings.flat();
}

/** The container that publishes a port; a program outside of the engine is not known to it. */
async function ownerOf(
  { api }: DockerContext,
  published: string,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly fix: string } | undefined> {
  // Podman 4.3 knows no filter by port.
  const rows = await api.call<readonly ContainerRow[]>({ path: '/containers/json', signal });
  const row = rows.find(({ Ports }) =>
    (Ports ?? []).some(({ PublicPort }) => PublicPort === Number(published)),
  );
  if (row === undefined) return undefined;
  const project = row.Labels?.[label.project];
  const name = (row.Names[0] ?? row.Id).replace(/^\//, '');
  return project === undefined
    ? { text: `container ${name}`, fix: `Stop it: docker stop ${name}; or publish another port.` }
    : {
        text: `container ${name} of project ${project}`,
        fix: `Take that project down: bowline -p ${project} down; or publish another port.`,
      };
}

/** What the file says is there already has to be. */
async function checkExternal(
  { api, project }: DockerContext,
  services: readonly Service[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const networks = project.networks.filter(
    ({ external, key }) => external && services.some((each) => each.networks.includes(key)),
  );
  const volumes = project.volumes.filter(
    ({ external, key }) =>
      external &&
      services.some(({ mounts }) =>
        mounts.some((each) => each.kind === 'volume' && each.source === key),
      ),
  );
  if (networks.length + volumes.length === 0) return [];
  const [there, kept] = await Promise.all([
    api.call<readonly Network[]>({ path: '/networks', signal }),
    api.call<{ readonly Volumes: readonly Volume[] | null }>({ path: '/volumes', signal }),
  ]);
  const missing = [
    ...networks
      .filter(({ name }) => !there.some((each) => each.Name === name))
      .map((each) => ({ ...each, what: 'network' })),
    ...volumes
      .filter(({ name }) => !(kept.Volumes ?? []).some((each) => each.Name === name))
      .map((each) => ({ ...each, what: 'volume' })),
  ];
  return missing.map(({ name, what, at }): Finding => ({
    code: 'docker/external-missing',
    cause: `the ${what} ${name} is external, and the engine has none of that name`,
    fix: [`Create it: docker ${what} create ${name}.`],
    at,
  }));
}
