/** Lines of a script, one after the other; a COPY takes its data from the same place. */
export interface LineSource {
  /** As in `psql:init.sql:3: ERROR: …`; absent for what was given on the command line. */
  readonly name?: string;
  /** Folder that `\ir` starts from, absolute or from the working folder. */
  readonly folder: string;
  /** Of the line given last, from 1. */
  readonly number: number;
  next(): Promise<string | undefined>;
}

/** Cuts chunks of bytes into lines, whatever their borders cut through. */
export class ChunkedLines implements LineSource {
  readonly name?: string;
  readonly folder: string;
  number = 0;
  readonly #chunks: AsyncIterator<string | Uint8Array>;
  readonly #decoder = new TextDecoder();
  #ready: readonly string[] = [];
  #taken = 0;
  #rest = '';
  #ended = false;

  constructor(
    chunks: AsyncIterable<string | Uint8Array>,
    { name, folder }: { readonly name?: string; readonly folder: string },
  ) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.folder = folder;
    if (name !== undefined) this.name = name;
  }

  async next(): Promise<string | undefined> {
    while (this.#taken === this.#ready.length && !this.#ended) await this.#more();
    const line = this.#ready[this.#taken];
    if (line === undefined) return undefined;
    this.#taken += 1;
    this.number += 1;
    return line;
  }

  async #more(): Promise<void> {
    this.#taken = 0;
    this.#ready = [];
    const { value, done } = await this.#chunks.next();
    if (done === true) {
      this.#ended = true;
      if (this.#rest !== '') this.#ready = [withoutReturn(this.#rest)];
      return;
    }
    const text = typeof value === 'string' ? value : this.#decoder.decode(value, { stream: true });
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#ready = lines.map(withoutReturn);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** The lines of one text. */
export function linesOfText(text: string): LineSource {
  async function* chunks(): AsyncGenerator<string> {
    yield text;
  }
  return new ChunkedLines(chunks(), { folder: '' });
}
