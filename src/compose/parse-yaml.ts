import { parseAnyYaml } from './parse-any-yaml.ts';
import type { ParsedYaml } from './parsed-yaml.ts';
import { readPlainYaml } from './plain-yaml.ts';

/** Reads a file of YAML. Never throws: whatever is wrong is a diagnostic with its place. */
export function parseYaml(text: string, file: string): ParsedYaml {
  const plain = readPlainYaml(text, file);
  return plain === undefined ? parseAnyYaml(text, file) : { documents: [plain], diagnostics: [] };
}
