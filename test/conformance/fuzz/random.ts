/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, below `end`. Mulberry32. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** Some of them, each once, in the order in which they were. */
  some<Item>(items: readonly Item[], count: number): readonly Item[] {
    const left = [...items];
    const taken = new Set<Item>();
    while (taken.size < count && left.length > 0) {
      const [item] = left.splice(this.below(left.length), 1);
      if (item !== undefined) taken.add(item);
    }
    return items.filter((item) => taken.has(item));
  }
}
