import type { Service } from '../../model/project.ts';

/** How an image comes to where the machines of a cluster find it. */
export type Delivery =
  | { readonly kind: 'push'; readonly repository: string }
  | { readonly kind: 'load'; readonly loader: Loader }
  /** The cluster runs on the images of this very engine. */
  | { readonly kind: 'shared' };

export type Loader =
  /** Reads an archive, as of `docker save`. */
  | { readonly kind: 'archive'; readonly argv: readonly [string, ...string[]] }
  /** Is told the name of an image, and gets it from Docker itself. */
  | {
      readonly kind: 'name';
      readonly argvFor: (name: string) => readonly [string, ...string[]];
    };

export interface DeliverySettings {
  /** Of the environment, or of the command line. */
  readonly registry: string | undefined;
  readonly load: string | undefined;
  /** Of the kubeconfig: tools for clusters on one machine name their contexts after themselves. */
  readonly context: string;
}

/** Absent: nobody said where to, and nothing of the service or the cluster says it either. */
export function deliveryOf(
  { name, image }: Pick<Service, 'name' | 'image'>,
  { registry, load, context }: DeliverySettings,
): Delivery | undefined {
  if (registry !== undefined && registry !== '')
    return { kind: 'push', repository: `${registry.replace(/\/+$/, '')}/${name.toLowerCase()}` };
  if (load !== undefined && load !== '') return { kind: 'load', loader: loaderOf(load, context) };
  const repository = repositoryOf(image ?? '');
  if (hasHost(repository)) return { kind: 'push', repository };
  if (context === 'docker-desktop') return { kind: 'shared' };
  const tool = TOOLS.find(({ isOf }) => isOf(context));
  return tool && { kind: 'load', loader: tool.loader(context) };
}

interface Tool {
  readonly word: string;
  readonly isOf: (context: string) => boolean;
  readonly loader: (context: string) => Loader;
}

/** As their documentation has it: each takes the image from Docker by its name. */
const TOOLS: readonly Tool[] = [
  {
    word: 'minikube',
    isOf: (context) => context === 'minikube',
    loader: (context) => byName((name) => ['minikube', '-p', context, 'image', 'load', name]),
  },
  {
    word: 'kind',
    isOf: (context) => context.startsWith('kind-'),
    loader: (context) =>
      byName((name) => ['kind', 'load', 'docker-image', name, '--name', after('kind-', context)]),
  },
  {
    word: 'k3d',
    isOf: (context) => context.startsWith('k3d-'),
    loader: (context) =>
      byName((name) => ['k3d', 'image', 'import', name, '-c', after('k3d-', context)]),
  },
];

/** A tool, `containerd` for that of this machine, or a line of shell that reads an archive. */
function loaderOf(load: string, context: string): Loader {
  const tool = TOOLS.find(({ word }) => word === load);
  if (tool !== undefined) return tool.loader(context);
  return load === 'containerd'
    ? { kind: 'archive', argv: ['ctr', '--namespace', 'k8s.io', 'images', 'import', '-'] }
    : { kind: 'archive', argv: ['/bin/sh', '-c', load] };
}

function byName(argvFor: (name: string) => readonly [string, ...string[]]): Loader {
  return { kind: 'name', argvFor };
}

function after(prefix: string, context: string): string {
  return context.startsWith(prefix) ? context.slice(prefix.length) : context;
}

/** Without tag and digest. A colon before a slash belongs to the registry's port. */
function repositoryOf(image: string): string {
  const [written = ''] = image.split('@', 1);
  const colon = written.lastIndexOf(':');
  return colon > written.lastIndexOf('/') ? written.slice(0, colon) : written;
}

/** Docker Hub is the registry of names that name none; nobody builds by the way for it. */
function hasHost(repository: string): boolean {
  const [first = '', ...rest] = repository.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
}

/** The name under which this very content is delivered: what was delivered before keeps its own. */
export function deliveredName(
  image: string,
  { id, repository = repositoryOf(image) }: { readonly id: string; readonly repository?: string },
): string {
  const [written = ''] = image.split('@', 1);
  const colon = written.lastIndexOf(':');
  const tag = colon > written.lastIndexOf('/') ? written.slice(colon + 1) : 'latest';
  const content = id.replace(/^sha256:/, '').slice(0, 12);
  return `${repository}:${tag === 'latest' ? '' : `${tag.slice(0, 100)}-`}${content}`;
}
