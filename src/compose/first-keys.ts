import type { Span } from '../model/diagnostic.ts';

/** So many keys are looked through faster than an index is made; most maps have fewer. */
const FEW = 8;

/** Keys of one map while it is read, each with the place where it first stood. */
export class FirstKeys {
  readonly #keys: string[] = [];
  readonly #places: Span[] = [];
  #index: Map<string, number> | undefined;

  /** Gives the first place of a key that was there before. */
  add(key: string, at: Span): Span | undefined {
    const before = this.#indexOf(key);
    if (before >= 0) return this.#places[before];
    this.#index?.set(key, this.#keys.length);
    this.#keys.push(key);
    this.#places.push(at);
    return undefined;
  }

  #indexOf(key: string): number {
    if (this.#keys.length < FEW) return this.#keys.indexOf(key);
    this.#index ??= new Map(this.#keys.map((each, index) => [each, index]));
    return this.#index.get(key) ?? -1;
  }
}
