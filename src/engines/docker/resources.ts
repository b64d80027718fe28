import type { EventBody } from '../../model/event.ts';
import type { Project } from '../../model/project.ts';
import { DockerError } from './api.ts';
import type { DockerContext } from './context.ts';
import { explainRefusal } from './failures.ts';
import { defined, listOf, type Section, sectionOf, textMapOf, textOf } from './json.ts';
import { label } from './labels.ts';

interface Doing {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/** Creates a network as Docker Compose would; leaves one that is there. */
export async function createNetwork(
  { api, project, version }: Pick<DockerContext, 'api' | 'project' | 'version'>,
  name: string,
  { signal }: Doing,
): Promise<boolean> {
  if (await exists(api, `/networks/${encodeURIComponent(name)}`, signal)) return false;
  const body = networkOf(project, name, version);
  try {
    await untilInterfacesStay(() =>
      api.call({ method: 'POST', path: '/networks/create', body, signal }),
    );
    return true;
  } catch (error) {
    // Somebody else was quicker.
    if (error instanceof DockerError && error.status === 409) return false;
    throw explainRefusal(error, { doing: `create network ${name}` });
  }
}

function networkOf(
  { name: project, networks, canonical: file }: Project,
  name: string,
  version: string,
): object {
  const key = networks.find((each) => each.name === name)?.key ?? name;
  const canonical = sectionOf(sectionOf(sectionOf(file)['networks'])[key]);
  return defined({
    Name: name,
    CheckDuplicate: true,
    Driver: textOf(canonical['driver']) ?? 'bridge',
    Options: textMapOf(canonical['driver_opts']),
    IPAM: ipamOf(sectionOf(canonical['ipam'])),
    Internal: canonical['internal'] === true,
    Attachable: canonical['attachable'] === true,
    EnableIPv6: booleanOf(canonical['enable_ipv6']),
    EnableIPv4: booleanOf(canonical['enable_ipv4']),
    Labels: {
      ...textMapOf(canonical['labels']),
      [label.project]: project,
      [label.network]: key,
      [label.version]: version,
    },
  });
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/**
 * To find a free range of addresses, engines go through the interfaces of their machine. They give up when one of those
 * vanishes meanwhile, as the one of a container that ends does.
 */
async function untilInterfacesStay<T>(ask: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask();
    } catch (error) {
      const hasVanished =
        error instanceof DockerError && error.message.endsWith('no such network interface');
      if (!hasVanished || tried === TRIES) throw error;
    }
  }
}

const TRIES = 5;

function ipamOf(ipam: Section): object | undefined {
  const config = listOf(ipam['config']).map(sectionOf);
  const driver = textOf(ipam['driver']);
  if (config.length === 0 && driver === undefined && ipam['options'] === undefined)
    return undefined;
  return defined({
    Driver: driver ?? 'default',
    Config: config.map((each) =>
      defined({
        Subnet: textOf(each['subnet']),
        IPRange: textOf(each['ip_range']),
        Gateway: textOf(each['gateway']),
        AuxiliaryAddresses:
          each['aux_addresses'] === undefined ? undefined : textMapOf(each['aux_addresses']),
      }),
    ),
    Options: ipam['options'] === undefined ? undefined : textMapOf(ipam['options']),
  });
}

/** Removes a network; one that others are connected to stays, and is said to. */
export async function removeNetwork(
  { api }: DockerContext,
  name: string,
  { signal, emit }: Doing,
): Promise<boolean> {
  try {
    await api.call({ method: 'DELETE', path: `/networks/${encodeURIComponent(name)}`, signal });
    return true;
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    if (error.status === 404) return false;
    if (!/active endpoints/.test(error.message))
      throw explainRefusal(error, { doing: `remove network ${name}` });
    emit({ kind: 'note', level: 'warning', text: `network ${name} stays: it is still in use` });
    return false;
  }
}

/** Creates a volume as Docker Compose would; leaves one that is there, with its data. */
export async function createVolume(
  { api, project, version }: DockerContext,
  name: string,
  { signal }: Doing,
): Promise<boolean> {
  const volume = project.volumes.find((each) => each.name === name);
  const key = volume?.key ?? name;
  const canonical = sectionOf(sectionOf(sectionOf(project.canonical)['volumes'])[key]);
  if (await exists(api, `/volumes/${encodeURIComponent(name)}`, signal)) return false;
  try {
    await api.call({
      method: 'POST',
      path: '/volumes/create',
      body: defined({
        Name: name,
        Driver: textOf(canonical['driver']),
        DriverOpts: textMapOf(canonical['driver_opts']),
        Labels: {
          ...textMapOf(canonical['labels']),
          [label.project]: project.name,
          [label.volume]: key,
          [label.version]: version,
        },
      }),
      signal,
    });
    return true;
  } catch (error) {
    throw explainRefusal(error, { doing: `create volume ${name}` });
  }
}

export async function removeVolume(
  { api }: DockerContext,
  name: string,
  { signal }: Doing,
): Promise<boolean> {
  try {
    await api.call({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}`, signal });
    return true;
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return false;
    throw explainRefusal(error, { doing: `remove volume ${name}` });
  }
}

async function exists(
  api: DockerContext['api'],
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.call({ path, signal });
    return true;
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return false;
    throw error;
  }
}
