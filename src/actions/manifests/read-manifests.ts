import type { Node } from '../../compose/node.ts';
import { parseYaml } from '../../compose/parse-yaml.ts';
import { groupOf, type KubernetesObject } from '../../engines/kubernetes/object.ts';
import { readTextFile } from '../../host/read-text-file.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { at, jsonOf, type Manifest } from './manifest.ts';

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

/** Reads every object of the files; whatever is wrong with them is a diagnostic with its place. */
export async function readManifests(
  files: readonly string[],
  {
    readStdin,
    signal,
  }: { readonly readStdin: () => Promise<string>; readonly signal: AbortSignal },
): Promise<ReadManifests> {
  const sources = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    if (file === '-') {
      sources.set(file, await readStdin());
      continue;
    }
    const found = await readTextFile(file, { signal });
    if (found.kind === 'text') sources.set(file, found.text);
    else diagnostics.push(unreadable(file, found.kind === 'missing' ? 'it is gone' : found.reason));
  }
  const read = [...sources].map(([file, text]) => manifestsIn(text, file));
  const manifests = read.flatMap((each) => each.manifests);
  return {
    manifests,
    diagnostics: [...diagnostics, ...read.flatMap((each) => each.diagnostics), ...twice(manifests)],
    sources,
  };
}

/** The objects of one file; a list counts as what is in it. */
function manifestsIn(text: string, file: string): Pick<ReadManifests, 'manifests' | 'diagnostics'> {
  const { documents, diagnostics } = parseYaml(text, file);
  const nodes = documents.flatMap(itemsOf);
  const wrong = nodes.flatMap(problemOf);
  return {
    manifests: nodes
      .filter((node) => problemOf(node).length === 0)
      .map((node) => ({ node, object: objectOf(node) })),
    // A number as a key, as in the data of a ConfigMap, is text to the tools of Kubernetes.
    diagnostics: [
      ...diagnostics.filter(
        ({ code, fix }) => code !== 'compose/key-not-text' || fix === undefined,
      ),
      ...wrong,
    ],
  };
}

function itemsOf(document: Node): readonly Node[] {
  const kind = at(document, 'kind');
  const items = at(document, 'items');
  const isList = kind?.kind === 'scalar' && String(kind.value).endsWith('List');
  return isList && items?.kind === 'list' ? items.items.flatMap(itemsOf) : [document];
}

function objectOf(node: Node): KubernetesObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `problemOf` has found nothing missing
  return jsonOf(node) as unknown as KubernetesObject;
}

function problemOf(node: Node): readonly Diagnostic[] {
  if (node.kind !== 'map') {
    return [
      incomplete(
        node,
        'an object of Kubernetes is a map of keys',
        'It begins with apiVersion and kind.',
      ),
    ];
  }
  if (at(node, 'services') !== undefined && at(node, 'kind') === undefined) {
    return [
      incomplete(
        node,
        'this is a Compose file, not a manifest of Kubernetes',
        'bowline up --engine kubernetes -f FILE runs it on a cluster.',
      ),
    ];
  }
  const missing = [['apiVersion'], ['kind'], ['metadata', 'name']].filter(
    (keys) => !isText(at(node, ...keys)),
  );
  if (missing.length === 0) return [];
  const names = missing.map((keys) => keys.join('.')).join(' and ');
  const isGenerated = at(node, 'metadata', 'generateName') !== undefined;
  return [
    incomplete(
      node,
      `this object has no ${names}`,
      isGenerated
        ? 'generateName makes another object each time; to be applied again, an object needs a name.'
        : 'Every object of Kubernetes has apiVersion, kind and metadata.name.',
    ),
  ];
}

function isText(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '';
}

function incomplete(node: Node, message: string, help: string): Diagnostic {
  const place = node.kind === 'map' ? (node.entries[0]?.keyAt ?? node.at) : node.at;
  return { code: 'kubernetes/not-a-manifest', severity: 'error', message, help, at: place };
}

function twice(manifests: readonly Manifest[]): readonly Diagnostic[] {
  const seen = new Map<string, Manifest>();
  return manifests.flatMap((manifest): readonly Diagnostic[] => {
    const { apiVersion, kind, metadata } = manifest.object;
    const key = [groupOf(apiVersion), kind, metadata.namespace, metadata.name].join('|');
    const first = seen.get(key);
    seen.set(key, first ?? manifest);
    if (first === undefined) return [];
    return [
      {
        code: 'kubernetes/manifest-twice',
        severity: 'error',
        message: `${kind}/${metadata.name} is described twice`,
        help: 'The cluster has one object of a kind and a name: keep one, or rename the other.',
        at: nameOf(manifest.node),
        related: [{ message: 'it is described here first', at: nameOf(first.node) }],
      },
    ];
  });
}

function nameOf(node: Node): Node['at'] {
  return (at(node, 'metadata', 'name') ?? node).at;
}

function unreadable(file: string, reason: string): Diagnostic {
  return {
    code: 'kubernetes/no-manifests',
    severity: 'error',
    message: `${file} cannot be read: ${reason}`,
    help: 'Name files of YAML or JSON with -f.',
  };
}
