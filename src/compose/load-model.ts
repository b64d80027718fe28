import { applyExtends } from './apply-extends.ts';
import { applyIncludes } from './apply-includes.ts';
import { type DocumentPlace, documentsOf, fillVariables, type ModelFiles } from './documents.ts';
import { removing } from './fixes.ts';
import { composeFile } from './language/compose-file.ts';
import type { Loading } from './loading.ts';
import { merge } from './merge.ts';
import type { Node } from './node.ts';
import { withoutMistakes } from './prune.ts';
import { entriesOf, entryOf, map, valueAt, withoutKey } from './tree.ts';
import { validate, validatePart } from './validate.ts';

/**
 * Reads the files and merges them, each with its includes and extends carried out; still in the forms in which they were
 * written. Absent when nothing could be read.
 */
export function loadModel(loading: Loading, model: ModelFiles): Node | undefined {
  let below: Node | undefined;
  let complete = true;
  for (const file of model.files) {
    const documents = documentsOf(loading, file, model.at);
    for (const document of documents) {
      const alone = model.files.length === 1 && documents.length === 1 && !takesOver(document);
      complete = alone;
      const node = loadDocument(loading, document, { ...model, file, alone });
      below = merge(below ?? map([], document.at), node, composeFile);
    }
  }
  // What only the whole can lack; after an error it would be a guess.
  if (below !== undefined && !complete && !loading.failed)
    loading.reportAll(loading.certain(validate(below, composeFile, '')));
  return below;
}

interface DocumentToLoad extends DocumentPlace {
  /** Nothing else is merged with it. */
  readonly alone: boolean;
}

function loadDocument(loading: Loading, document: Node, place: DocumentToLoad): Node {
  const checked = checkDocument(loading, document, place);
  const complete = applyIncludes(loading, checked, {
    place,
    load: (model) => loadModel(loading, model),
  });
  return applyExtends(loading, complete, place);
}

/** Puts the variables in and checks the forms; what is wrong is reported and left out. Only a file by itself is asked for completeness. */
function checkDocument(loading: Loading, document: Node, place: DocumentToLoad): Node {
  const filled = fillVariables(loading, document, place);
  const check = place.alone ? validate : validatePart;
  const diagnostics = loading.certain(check(filled, composeFile, ''));
  loading.reportAll(diagnostics);
  loading.names.add(filled);
  loading.names.spoilServices(filled, loading.diagnostics, place.file);
  return withoutVersion(loading, withoutMistakes(filled, diagnostics));
}

function takesOver(document: Node): boolean {
  return (
    entryOf(document, 'include') !== undefined ||
    entriesOf(valueAt(document, 'services')).some(
      ({ value }) => entryOf(value, 'extends') !== undefined,
    )
  );
}

/** A key of Compose files before 2020 that says nothing any more. */
function withoutVersion(loading: Loading, document: Node): Node {
  const version = entryOf(document, 'version');
  if (version === undefined) return document;
  loading.report({
    code: 'compose/obsolete-version',
    severity: 'warning',
    message: 'the key version has no meaning any more',
    help: 'Remove the line.',
    at: version.keyAt,
    ...removing(
      { ...version.keyAt, end: Math.max(version.keyAt.end, version.value.at.end) },
      'version',
    ),
  });
  return withoutKey(document, 'version');
}
