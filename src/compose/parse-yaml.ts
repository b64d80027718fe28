import { type Event, parseEvents, YAMLException } from 'js-yaml';

import type { Diagnostic } from '../model/diagnostic.ts';
import { explainYamlError } from './explain-yaml-error.ts';
import type { Node } from './node.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { UnreadableYaml, YamlTree } from './yaml-tree.ts';

export interface ParsedYaml {
  /** One tree a document; empty documents are left out. */
  readonly documents: readonly Node[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a file of YAML. Never throws: whatever is wrong is a diagnostic with its place. */
export function parseYaml(text: string, file: string): ParsedYaml {
  const plain = readPlainYaml(text, file);
  return plain === undefined ? parseAnyYaml(text, file) : { documents: [plain], diagnostics: [] };
}

/** The same for all of YAML. */
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
