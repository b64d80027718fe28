import type { Diagnostic } from '../model/diagnostic.ts';
import type { Node } from './node.ts';

/** A file of YAML. */
export interface ParsedYaml {
  /** One tree a document; empty documents are left out. */
  readonly documents: readonly Node[];
  readonly diagnostics: readonly Diagnostic[];
}
