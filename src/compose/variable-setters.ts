import type { FileContent } from './load-request.ts';
import type { Node } from './node.ts';
import { entriesOf, itemsOf, textOf, valueAt } from './tree.ts';

const LINE = /^\s*(?:export\s+)?([\p{L}\p{N}_.-]+)\s*[=:]/gmu;

/** For a variable: an `env_file` of some service that sets it. */
export function variableSetters(
  model: Node,
  contents: ReadonlyMap<string, FileContent>,
): (name: string) => string | undefined {
  let setters: ReadonlyMap<string, string> | undefined;
  return (name) => {
    setters ??= readSetters(model, contents);
    return setters.get(name);
  };
}

function readSetters(
  model: Node,
  contents: ReadonlyMap<string, FileContent>,
): ReadonlyMap<string, string> {
  const setters = new Map<string, string>();
  const files = entriesOf(valueAt(model, 'services')).flatMap(({ value }) =>
    itemsOf(valueAt(value, 'env_file')).flatMap(
      (file) => textOf(valueAt(file, 'path') ?? file) ?? [],
    ),
  );
  for (const path of new Set(files)) {
    const content = contents.get(path);
    if (content?.kind !== 'text') continue;
    for (const [, name] of content.text.matchAll(LINE)) {
      if (name !== undefined && !setters.has(name)) setters.set(name, path);
    }
  }
  return setters;
}
