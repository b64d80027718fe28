import { type Event, parseEvents, YAMLException } from 'js-yaml';

import type { Diagnostic } from '../model/diagnostic.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import type { Node } from './node.ts';
import type { ParsedYaml } from './parsed-yaml.ts';
import { UnreadableYaml, YamlTree } from './yaml-tree.ts';

/** Reads all of YAML, and explains what is none. */
export function parseAnyYaml(text: string, file: string): ParsedYaml {
  const events = eventsOf(text, file);
  if ('code' in events) return { documents: [], diagnostics: [events] };
  const tree = new YamlTree(events, { text, file });
  try {
    const documents = tree.documents().flatMap(({ root }) => root ?? []);
    return { documents: documents.filter((root) => !isNull(root)), diagnostics: tree.diagnostics };
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    return { documents: [], diagnostics: [...tree.diagnostics, error.diagnostic] };
  }
}

function eventsOf(text: string, file: string): readonly Event[] | Diagnostic {
  try {
    return parseEvents(text, { maxDepth: 100 });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { reason, mark } = error;
    return explainYamlError(reason, { text, file, position: mark?.position ?? 0 });
  }
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}
