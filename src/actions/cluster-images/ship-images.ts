import type { LocalImage, LocalImages } from '../../engines/docker/local-images.ts';
import { readKubeconfig } from '../../engines/kubernetes/cluster/read-kubeconfig.ts';
import type { KubernetesOptions } from '../../engines/kubernetes/options.ts';
import { imagesOnCluster } from '../../engines/kubernetes/running-images.ts';
import type { EventBody } from '../../model/event.ts';
import { ComposeError, type Diagnostic } from '../../model/diagnostic.ts';
import { RunError } from '../../model/finding.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import type { OpenEngineOptions } from '../open-engine-options.ts';
import { type Delivery, deliveredName, deliveryOf } from './delivery.ts';
import { loadImage } from './load-image.ts';

export interface ShipImagesOptions {
  readonly options: OpenEngineOptions;
  readonly cluster: KubernetesOptions;
  /** What each service is to run, by reference; what is delivered is added. */
  readonly images: Map<ServiceName, string>;
  readonly services: readonly Service[];
  /** Build also what there is an image of. */
  readonly build: boolean;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

interface Parcel {
  readonly service: Service;
  readonly delivery: Delivery;
}

/**
 * Brings what is built here to where the machines of the cluster find it: builds it, and pushes it to a registry or
 * loads it into the cluster. A service of which the cluster has this very image costs a look.
 *
 * @throws {ComposeError} when nobody says where to; nothing was built.
 */
export async function shipImages(shipping: ShipImagesOptions): Promise<void> {
  const { services, options } = shipping;
  const { target } = await readKubeconfig(shipping.cluster);
  const settings = {
    registry: options.registry ?? options.target?.registry,
    load: options.load ?? options.target?.load,
    context: target.context,
  };
  const built = services.filter((service) => isBuilt(service, options));
  const homeless = built.filter((service) => deliveryOf(service, settings) === undefined);
  if (homeless.length > 0) throw nowhere(homeless, shipping);
  const isSaid = settings.registry !== undefined || settings.load !== undefined;
  const others = isSaid ? services.filter(({ build, image }) => !build && image) : [];
  if (built.length + others.length === 0) return;
  const local = await openLocal(options, built.length > 0);
  if (local === undefined) return;
  const parcels = [...built, ...(await onlyHere(others, local, shipping))].flatMap(
    (service): Parcel[] => {
      const delivery = deliveryOf(service, settings);
      return delivery === undefined ? [] : [{ service, delivery }];
    },
  );
  for (const parcel of parcels) await ship(parcel, local, shipping);
}

/** `pull_policy: never` says that it is on every machine already. */
function isBuilt({ build, name }: Service, { project }: OpenEngineOptions): boolean {
  const { canonical } = project;
  const services = fieldOf(canonical, 'services');
  return build !== undefined && fieldOf(fieldOf(services, name), 'pull_policy') !== 'never';
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}

/** Undefined where nothing is built and there is no Docker to look at. */
async function openLocal(
  options: OpenEngineOptions,
  isNeeded: boolean,
): Promise<LocalImages | undefined> {
  const { openLocalImages } = await import('../../engines/docker/local-images.ts');
  try {
    // The context of the environment is the cluster's.
    return openLocalImages({ ...options, target: undefined });
  } catch (error) {
    if (isNeeded || !(error instanceof RunError)) throw error;
    return undefined;
  }
}

/** Images that no registry knows, as far as Docker can say: somebody has built them by hand. */
async function onlyHere(
  services: readonly Service[],
  local: LocalImages,
  { signal }: ShipImagesOptions,
): Promise<readonly Service[]> {
  const found = await Promise.all(
    services.map(async (service) => {
      const image = await local.find(local.nameOf(service), { signal }).catch((error: unknown) => {
        // Without Docker they are whatever the cluster finds under their names.
        if (error instanceof RunError) return undefined;
        throw error;
      });
      return image !== undefined && image.digests.length === 0 ? [service] : [];
    }),
  );
  return found.flat();
}

async function ship(
  { service, delivery }: Parcel,
  local: LocalImages,
  shipping: ShipImagesOptions,
): Promise<void> {
  const { signal, emit, images, build } = shipping;
  const name = local.nameOf(service);
  const before = build && service.build ? undefined : await local.find(name, { signal });
  if (before === undefined) await local.build(service, { signal, emit });
  const image = before ?? (await local.find(name, { signal }));
  if (image === undefined) throw new Error(`${name} was built, and is not there`);
  const reference =
    delivery.kind === 'push'
      ? await push({ service, image, name }, local, { ...shipping, ...delivery })
      : await load({ service, image, name }, local, { ...shipping, delivery });
  images.set(service.name, reference);
}

interface Sent {
  readonly service: Service;
  readonly image: LocalImage;
  /** As Docker has it here. */
  readonly name: string;
}

/** By its digest: what the cluster runs is what was pushed, whoever pushes after that. */
async function push(
  { service, image, name }: Sent,
  local: LocalImages,
  { repository, signal, emit }: ShipImagesOptions & { readonly repository: string },
): Promise<string> {
  const to = deliveredName(name, { id: image.id, repository });
  const known = digestIn(image, repository);
  if (known !== undefined) return `${to}@${known}`;
  await local.tag(name, to, { signal });
  await local.push(to, service, { signal, emit });
  const pushed = await local.find(to, { signal });
  const digest = pushed && digestIn(pushed, repository);
  return digest === undefined ? to : `${to}@${digest}`;
}

function digestIn({ digests }: LocalImage, repository: string): string | undefined {
  return digests.find((each) => each.startsWith(`${repository}@`))?.slice(repository.length + 1);
}

/** By a name that says its content: without a registry nobody knows a digest. */
async function load(
  { service, image, name }: Sent,
  local: LocalImages,
  shipping: ShipImagesOptions & { readonly delivery: Exclude<Delivery, { kind: 'push' }> },
): Promise<string> {
  const { signal, emit, delivery, options, cluster } = shipping;
  const to = deliveredName(name, { id: image.id });
  await local.tag(name, to, { signal });
  const running = await imagesOnCluster(cluster, signal);
  if (delivery.kind === 'shared' || running.get(service.name) === to) return to;
  const { environment } = options;
  await loadImage(to, {
    local,
    loader: delivery.loader,
    environment,
    service: service.name,
    signal,
  });
  emit({ kind: 'note', level: 'info', service: service.name, text: `${to}: loaded` });
  return to;
}

function nowhere(homeless: readonly Service[], { options }: ShipImagesOptions): ComposeError {
  const diagnostics = homeless.map(({ name, build, at }): Diagnostic => ({
    code: 'kubernetes/no-registry',
    severity: 'error',
    message: `${name} is built here, and nothing says how the cluster gets its image`,
    help: `Say where to push it: --registry registry.example.com/${options.project.name}, or registry under x-bowline.environments. A cluster of this machine can be given it: --load containerd, minikube, kind or k3d.`,
    at: build?.at ?? at,
  }));
  return new ComposeError(diagnostics, { sources: options.loaded.sources });
}
