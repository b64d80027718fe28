import { DockerError } from './api.ts';
import type { DockerContext } from './context.ts';
import { label } from './labels.ts';
import type { Container, ContainerRow } from './shapes.ts';

/** Every container of the project, also those that Docker Compose made, and one-off ones only on request. */
export async function listContainers(
  { api, project }: DockerContext,
  signal: AbortSignal,
  { oneOff = false }: { readonly oneOff?: boolean } = {},
): Promise<readonly Container[]> {
  const labels = [
    `${label.project}=${project.name}`,
    `${label.oneOff}=${oneOff ? 'True' : 'False'}`,
  ];
  const rows = await api.call<readonly ContainerRow[]>({
    path: '/containers/json',
    query: { all: true, filters: { label: labels } },
    signal,
  });
  const found = await Promise.all(rows.map(({ Id }) => inspectContainer({ api }, Id, signal)));
  return found.flatMap((container) => container ?? []).toSorted(byServiceAndNumber);
}

/** Undefined when it has gone in the meantime. */
export async function inspectContainer(
  { api }: Pick<DockerContext, 'api'>,
  id: string,
  signal: AbortSignal,
): Promise<Container | undefined> {
  try {
    return await api.call<Container>({
      path: `/containers/${encodeURIComponent(id)}/json`,
      signal,
    });
  } catch (error) {
    if (error instanceof DockerError && error.status === 404) return undefined;
    throw error;
  }
}

/** Containers of one service, by their numbers. */
export async function containersOf(
  context: DockerContext,
  service: string,
  signal: AbortSignal,
): Promise<readonly Container[]> {
  const { api, project } = context;
  const labels = [
    `${label.project}=${project.name}`,
    `${label.service}=${service}`,
    `${label.oneOff}=False`,
  ];
  const rows = await api.call<readonly ContainerRow[]>({
    path: '/containers/json',
    query: { all: true, filters: { label: labels } },
    signal,
  });
  const found = await Promise.all(rows.map(({ Id }) => inspectContainer(context, Id, signal)));
  return found.flatMap((container) => container ?? []).toSorted(byServiceAndNumber);
}

function byServiceAndNumber(one: Container, other: Container): number {
  const [first, second] = [serviceOf(one), serviceOf(other)];
  if (first !== second) return first < second ? -1 : 1;
  return numberOf(one) - numberOf(other);
}

export function serviceOf({ Config }: Container): string {
  return Config.Labels?.[label.service] ?? '';
}

/** From 1. */
export function numberOf({ Config }: Container): number {
  const number = Number(Config.Labels?.[label.number]);
  return Number.isInteger(number) && number > 0 ? number : 1;
}

export function nameOf({ Name }: Container): string {
  return Name.replace(/^\//, '');
}
