/** More than a request that was not answered has, as a rule; a longer one cannot be said again. */
const MOST_BYTES = 1024 * 1024;

/** What somebody has sent before the first answer, so that it can be said again to another. */
export class EarlyBytes {
  #chunks: Buffer[] = [];
  #size = 0;
  #isWhole = true;

  get chunks(): readonly Buffer[] {
    return this.#chunks;
  }

  /** False: it was answered, or is too long. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  add(chunk: Buffer): void {
    if (!this.#isWhole) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > MOST_BYTES) this.answered();
  }

  answered(): void {
    this.#isWhole = false;
    this.#chunks = [];
  }
}
