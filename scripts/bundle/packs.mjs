import { basename } from 'node:path';

/**
 * Chunks that are loaded together whenever one of them is, in one file: to open and set up two dozen small files takes
 * 2 ms of every start.
 */
export class Packs {
  /** By chunk. */
  #packs = new Map();

  /**
   * @param sources By pack, the source file whose chunk begins it: all that this imports belongs to it, unless it belongs
   * to an earlier one.
   * @param outputs As esbuild's metafile has them.
   */
  constructor(sources, outputs) {
    for (const [pack, source] of Object.entries(sources)) {
      for (const path of importedFrom(source, outputs)) {
        const chunk = basename(path);
        if (outputs[path].entryPoint === undefined && !this.#packs.has(chunk))
          this.#packs.set(chunk, pack);
      }
    }
  }

  of(path) {
    return this.#packs.get(basename(path));
  }

  /** CommonJS that asks the packs for the chunks that are in one. */
  linked(code) {
    return code.replaceAll(/require\("\.\/(chunk-\w+\.js)"\)/g, (whole, chunk) => {
      const pack = this.#packs.get(chunk);
      return pack === undefined ? whole : `require("./${pack}.js")("${chunk}")`;
    });
  }
}

/** The output of a source file, and those that it imports, directly or not. */
function importedFrom(source, outputs) {
  const [first] = Object.entries(outputs).find(([, { inputs }]) => source in inputs);
  const found = new Set([first]);
  for (const path of found) {
    for (const { kind, path: next } of outputs[path].imports)
      if (kind === 'import-statement' && next in outputs) found.add(next);
  }
  return found;
}

/** @param chunks CommonJS, by name. */
export function packOf(chunks) {
  const functions = chunks.map(([name, code]) => `'${name}'(module) {${code}}`);
  return `const functions = {${functions.join(',\n')}};
const modules = new Map();
module.exports = (name) => {
  const before = modules.get(name);
  if (before !== undefined) return before.exports;
  const made = { exports: {} };
  modules.set(name, made);
  functions[name](made);
  return made.exports;
};
`;
}
