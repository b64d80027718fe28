const POWERS = 'bkmgtp';
/** Number, at most one space, then `b`, or a letter with `b` or `ib` after it. */
const SIZE = /^([+]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?) ?(?:b|([kmgtp])(?:i?b)?)?$/i;

/**
 * Bytes of a size as in `512m`, `1.5gb`, `64 KiB`, `1024`: letters in either case, powers of 1024, a fraction of a
 * byte is cut off. `-1`, which some keys know as "no limit", is read as it is. `undefined`: not a size.
 */
export function parseByteSize(text: string): number | undefined {
  if (/^-\d+$/.test(text)) return Number(text);
  const parts = SIZE.exec(text);
  if (parts === null) return undefined;
  const [, amount = '', letter = 'b'] = parts;
  const bytes = Math.trunc(Number(amount) * 1024 ** POWERS.indexOf(letter.toLowerCase()));
  return bytes < 2 ** 63 ? bytes : undefined;
}

/** A size in the form in which `docker compose config` prints it: decimal digits. */
export function canonicalByteSize(text: string): string | undefined {
  const bytes = parseByteSize(text);
  if (bytes === undefined) return undefined;
  const digits = Number.isSafeInteger(bytes) ? String(bytes) : undefined;
  return digits ?? BigInt(/^[+-]?\d+$/.test(text) ? text : bytes).toString();
}
