import type { Span } from '../model/diagnostic.ts';
import { interpolate } from './interpolate.ts';
import type { Loading, Surroundings } from './loading.ts';
import type { Node } from './node.ts';
import { silencesIn } from './silences.ts';

/** Where several files become one model: the main files, or those of one `include`. */
export interface ModelFiles extends Surroundings {
  /** Absolute paths or `-`, in the order of merging. */
  readonly files: readonly string[];
  /** Place that names them; absent for the command line. */
  readonly at?: Span;
  /** Files that include these, outermost first. */
  readonly chain: readonly IncludingFile[];
}

interface IncludingFile {
  readonly file: string;
  /** The place in it that names the next. */
  readonly at: Span;
}

export interface DocumentPlace extends ModelFiles {
  readonly file: string;
}

/** The documents of a file; says so when there are none. */
export function documentsOf(loading: Loading, file: string, at: Span | undefined): readonly Node[] {
  const what = 'Compose file';
  const text = loading.text(file, { what, code: 'compose/missing-file', at });
  if (text === undefined) return [];
  const { documents, diagnostics } = loading.parse(file, text);
  loading.reportAll(diagnostics);
  if (!loading.silences.has(file))
    loading.silences.set(file, silencesIn(text, { file, documents }));
  if (documents.length === 0 && diagnostics.length === 0) {
    loading.report({
      code: 'compose/empty-file',
      severity: 'error',
      message: 'this Compose file is empty',
      help: 'Write at least "services:" with one service under it.',
      at: { file, start: 0, end: 0 },
    });
  }
  return documents.filter((document) => isMap(loading, document));
}

function isMap(loading: Loading, document: Node): boolean {
  if (document.kind === 'map') return true;
  loading.report({
    code: 'compose/wrong-form',
    severity: 'error',
    message: `a Compose file is a map of keys, and this is ${document.kind === 'list' ? 'a list' : 'a single value'}`,
    help: 'Write keys at the left margin, first of all "services:".',
    at: document.at,
  });
  return false;
}

/** The documents of a file as far as they can be read, without a word about what is wrong. */
export function loadedDocuments(loading: Loading, file: string): readonly Node[] {
  const content = loading.content(file, { secret: false });
  return content?.kind === 'text' ? loading.parse(file, content.text).documents : [];
}

export function fillVariables(
  loading: Loading,
  document: Node,
  { file, environment }: { readonly file: string } & Surroundings,
): Node {
  if (loading.stages.noInterpolate === true) return document;
  return interpolate(document, {
    text: loading.sources.get(file) ?? '',
    lookUp: (name) => environment.get(name)?.value,
    report: (problem, at) => {
      loading.variables.add(problem, at);
    },
    known: new Map(),
  });
}
