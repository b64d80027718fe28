import type { Span } from '../model/diagnostic.ts';
import type { RenderedObject } from '../model/rendered-object.ts';
import type { Translation } from '../model/translation.ts';
import { shortestPath } from './locate.ts';
import { printable } from './printable.ts';
import { lineAndColumn, sourceLines, type SourceLines } from './source-lines.ts';
import { toYaml } from './yaml.ts';

export interface ManifestOptions {
  readonly cwd: string;
  readonly sources: ReadonlyMap<string, string>;
}

/** Every object as a YAML document, under the place that it was made of. */
export function manifestsToYaml(
  { objects, origins }: Pick<Translation, 'objects' | 'origins'>,
  options: ManifestOptions,
): string {
  const files = new Map<string, SourceFile>();
  return objects
    .map((object) => {
      const at = origins.get(object);
      const comment = at === undefined ? '' : `# ${placeOf(at, options, files)}\n`;
      return `---\n${comment}${toYaml(object)}`;
    })
    .join('');
}

/** One list with every object in it. */
export function manifestsToJson({ objects }: Pick<Translation, 'objects'>): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2)}\n`;
}

/** The first line of files that may be written again or removed. */
export const MADE_BY = '# Made by bowline render, which writes it anew: changes are lost.';

/** Files by name: what the project shares, a file for each service, and what holds them together where that is asked for. */
export function manifestFiles(
  translation: Pick<Translation, 'objects' | 'origins' | 'namespace'>,
  { kustomize, ...options }: ManifestOptions & { readonly kustomize: boolean },
): ReadonlyMap<string, string> {
  const groups = new Map<string, RenderedObject[]>();
  for (const object of translation.objects) {
    const name = fileOf(object);
    groups.set(name, [...(groups.get(name) ?? []), object]);
  }
  const files = new Map(
    [...groups].map(([name, objects]) => [
      name,
      `${MADE_BY}\n${manifestsToYaml({ objects, origins: translation.origins }, options)}`,
    ]),
  );
  if (kustomize)
    files.set('kustomization.yaml', kustomization(translation.namespace, [...groups.keys()]));
  return files;
}

function fileOf({ metadata }: RenderedObject): string {
  const name = metadata.labels?.['app.kubernetes.io/name'];
  return name === undefined ? 'project.yaml' : `service-${name}.yaml`;
}

function kustomization(namespace: string, files: readonly string[]): string {
  const resources = files.toSorted();
  const content = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources,
  };
  return `${MADE_BY}\n${toYaml(content)}`;
}

interface SourceFile {
  readonly name: string;
  /** Absent: its text is not known. */
  readonly lines: SourceLines | undefined;
}

function placeOf(at: Span, options: ManifestOptions, known: Map<string, SourceFile>): string {
  const { name, lines } = known.get(at.file) ?? sourceFile(at.file, options);
  known.set(at.file, { name, lines });
  return lines === undefined ? name : `${name}:${lineAndColumn(lines, at.start).line}`;
}

function sourceFile(file: string, { cwd, sources }: ManifestOptions): SourceFile {
  const text = sources.get(file);
  return {
    name: printable(shortestPath(file, cwd)).replaceAll(/\s/g, ' '),
    lines: text === undefined ? undefined : sourceLines(text),
  };
}
