import type { EventBody } from '../../model/event.ts';
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
  { api, project, version }: DockerContext,
  name: string,
  { signal }: Doing,
): Promise<boolean> {
  const network = project.networks.find((each) => each.name === name);
  const key = network?.key ?? name;
  const canonical = sectionOf(sectionOf(sectionOf(project.canonical)['networks'])[key]);
  if (await exists(api, `/networks/${encodeURIComponent(name)}`, signal)) return false;
  try {
    await api.call({
      method: 'POST',
      path: '/networks/create',
      body: defined({
        Name: name,
        CheckDuplicate: true,
        Driver: textOf(canonical['driver']) ?? 'bridge',
        Options: textMapOf(canonical['driver_opts']),
        IPAM: ipamOf(sectionOf(canonical['ipam'])),
        Internal: canonical['internal'] === true,
        Attachable: canonical['attachable'] === true,
        EnableIPv6:
          typeof canonical['enable_ipv6'] === 'boolean' ? canonical['enable_ipv6'] : undefined,
        EnableIPv4:
          typeof canonical['enable_ipv4'] === 'boolean' ? canonical['enable_ipv4'] : undefined,
        Labels: {
          ...textMapOf(canonical['labels']),
          [label.project]: project.name,
          [label.network]: key,
          [label.version]: version,
        },
      }),
      signal,
    });
    return true;
  } catch (error) {
    // Somebody else was quicker.
    if (error instanceof DockerError && error.status === 409) return false;
    throw explainRefusal(error, { doing: `create network ${name}` });
  }
}

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
