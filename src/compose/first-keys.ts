import type { Entry } from './node.ts';

/** So many keys are looked through faster than an index is made; most maps have fewer. */
const FEW = 8;

/** The entries of one map by key while it is read, and its list of entries grows. */
export class FirstKeys {
  readonly #entries: readonly Entry[];
  #index: Map<string, Entry> | undefined;
  #indexed = 0;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  /** The first entry with this key. */
  find(key: string): Entry | undefined {
    return this.#entries.length < FEW ? this.#among(key) : this.#inIndex(key);
  }

  #among(key: string): Entry | undefined {
    for (let index = 0; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry?.key === key) return entry;
    }
    return undefined;
  }

  #inIndex(key: string): Entry | undefined {
    const known = (this.#index ??= new Map());
    for (; this.#indexed < this.#entries.length; this.#indexed += 1) {
      const entry = this.#entries[this.#indexed];
      if (entry !== undefined && !known.has(entry.key)) known.set(entry.key, entry);
    }
    return known.get(key);
  }
}
