/** Longer lines are cut into pieces of this many bytes. */
const maxLineBytes: number = 1 << 20;

const newline = 10;

/**
 * Cuts what is read from a log into lines, many at once. What has no end yet waits for more.
 */
export class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the log that have been given out as lines. */
  #end: number;
  /** The last line was given out without its end: if that comes after all, it is no line of its own. */
  #cut = false;

  constructor(offset: number) {
    this.#end = offset;
  }

  /** Bytes of the log that have been taken in. */
  get offset(): number {
    return this.#end + this.#rest.length;
  }

  /** Something waits for the end of its line. */
  get hasRest(): boolean {
    return this.#rest.length > 0;
  }

  push(chunk: Buffer): void {
    if (this.#cut && chunk[0] === newline) {
      this.#end += 1;
      this.#cut = false;
      return this.push(chunk.subarray(1));
    }
    this.#cut &&= chunk.length === 0;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** End of the last whole line that ends at or before `offset`; where nothing is whole, where the last one ended. */
  wholeUntil(offset: number): number {
    const within = Math.min(offset - this.#end, this.#rest.length);
    if (within <= 0) return this.#end;
    return this.#end + this.#rest.lastIndexOf(newline, within - 1) + 1;
  }

  /** End of the first whole line; absent when there is none. */
  firstEnd(): number | undefined {
    const at = this.#rest.indexOf(newline);
    if (at !== -1) return this.#end + at + 1;
    return this.#rest.length > maxLineBytes ? this.#end + this.#piece(this.#rest) : undefined;
  }

  /** Takes out everything before `end`, which is the end of a line. */
  take(end: number): readonly string[] {
    const bytes = this.#rest.subarray(0, end - this.#end);
    this.#rest = this.#rest.subarray(bytes.length);
    this.#end = end;
    if (bytes.length === 0) return [];
    const text = bytes.toString('utf8', 0, bytes.length - (bytes.at(-1) === newline ? 1 : 0));
    const lines = text.split('\n').map(withoutReturn);
    return lines.some((line) => line.length > maxLineBytes / 4) ? lines.flatMap(pieces) : lines;
  }

  /** Takes out what has no end, when none will come. */
  takeRest(): readonly string[] {
    this.#cut = this.hasRest;
    return this.take(this.offset);
  }

  /** Length of a first piece that does not cut a character. */
  #piece(bytes: Buffer): number {
    let length = maxLineBytes;
    while (length > maxLineBytes - 4 && isContinuation(bytes[length])) length -= 1;
    return length;
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function pieces(line: string): readonly string[] {
  if (Buffer.byteLength(line) <= maxLineBytes) return [line];
  const bytes = Buffer.from(line);
  const found: string[] = [];
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(from + maxLineBytes, bytes.length);
    while (isContinuation(bytes[to])) to -= 1;
    found.push(bytes.toString('utf8', from, to));
    from = to;
  }
  return found;
}
