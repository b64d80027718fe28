/** How far a log was read, so that reading goes on behind it: the server knows whole seconds only. */
export class LogPosition {
  #last = '';
  /** Lines of that very time that were read. */
  #same = 0;

  /** The second in which the last line was written. Absent: nothing was read. */
  get second(): string | undefined {
    return this.#last === '' ? undefined : `${this.#last.slice(0, 19)}Z`;
  }

  /** Gives a filter for what the server sends from `second` on: only lines that were not read, which are read then. */
  goOn(): (time: string) => boolean {
    const from = this.#last;
    let known = this.#same;
    return (time) => {
      const order = from === '' ? 1 : compare(time, from);
      if (order < 0) return false;
      if (order === 0 && known > 0) {
        known -= 1;
        return false;
      }
      this.#same = time === this.#last ? this.#same + 1 : 1;
      this.#last = time;
      return true;
    };
  }
}

/** Times have the same form and as many digits as they need. */
function compare(one: string, other: string): number {
  const [a, b] = [padded(one), padded(other)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function padded(time: string): string {
  const [seconds = '', rest = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${rest.padEnd(9, '0')}`;
}
