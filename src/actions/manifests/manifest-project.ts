import type { Node } from '../../compose/node.ts';
import type { KubernetesObject } from '../../engines/kubernetes/object.ts';
import { parseServiceName, type Project, type Service } from '../../model/project.ts';
import { at, type Manifest, placeOfField } from './manifest.ts';
import { textOf, variablesOf } from './manifest-values.ts';

/** Kinds that make pods, or are one. */
const RUNNING = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'];

/** A service of manifests: something that runs, under its own name. */
export interface ManifestService {
  readonly service: Service;
  readonly object: KubernetesObject;
}

/** What runs of the manifests, in their order. Of two that have one name the second is called after its kind, too. */
export function servicesOfManifests(manifests: readonly Manifest[]): readonly ManifestService[] {
  const taken = new Set<string>();
  return manifests
    .filter(({ object }) => RUNNING.includes(object.kind))
    .flatMap((manifest): readonly ManifestService[] => {
      const { object } = manifest;
      const plain = object.metadata.name;
      const name = parseServiceName(
        taken.has(plain) ? `${plain}.${object.kind.toLowerCase()}` : plain,
      );
      if (name === undefined) return [];
      taken.add(name);
      return [{ object, service: serviceOf(name, manifest, manifests) }];
    });
}

function serviceOf(
  name: Service['name'],
  { object, node }: Manifest,
  manifests: readonly Manifest[],
): Service {
  const container = firstContainer(node);
  const image = container === undefined ? undefined : textOf(at(container, 'image'));
  const replicas = Number(textOf(at(node, 'spec', 'replicas')) ?? 1);
  return {
    name,
    ...(image !== undefined && { image }),
    environment: container === undefined ? new Map() : variablesOf(container, manifests),
    replicas: Number.isInteger(replicas) ? replicas : 1,
    restart: { kind: object.kind === 'Job' ? 'no' : 'always' },
    at: placeOfField(node, 'metadata.name'),
    ...NOTHING_ELSE,
  };
}

/** What a manifest does not say, or a cluster looks after itself. */
const NOTHING_ELSE = {
  tty: false,
  stdinOpen: false,
  init: false,
  ports: [],
  expose: [],
  networks: [],
  mounts: [],
  secrets: [],
  configs: [],
  dependsOn: [],
  healthcheckDisabled: false,
  stopGracePeriodMs: 30_000,
  aliases: [],
  extraHosts: new Map<string, string>(),
  labels: new Map<string, string>(),
  attach: true,
  fingerprint: '',
} as const;

function firstContainer(node: Node): Node | undefined {
  const spec =
    at(node, 'spec', 'jobTemplate', 'spec', 'template', 'spec') ??
    at(node, 'spec', 'template', 'spec') ??
    at(node, 'spec');
  const containers = spec === undefined ? undefined : at(spec, 'containers');
  return containers?.kind === 'list' ? containers.items[0] : undefined;
}

/** Manifests in the form in which commands know a project. */
export function projectOfManifests(
  services: readonly ManifestService[],
  {
    name,
    folder,
    files,
  }: { readonly name: string; readonly folder: string; readonly files: readonly string[] },
): Project {
  return {
    name,
    workingDir: folder,
    files,
    services: services.map(({ service }) => service),
    inactive: [],
    networks: [],
    volumes: [],
    secrets: [],
    configs: [],
    canonical: { name },
    origins: { get: () => undefined },
    settings: { environments: new Map() },
  };
}
