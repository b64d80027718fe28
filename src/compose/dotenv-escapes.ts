const ESCAPE = /\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g;

const MEANINGS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // A dollar sign that begins no variable: the template makes one of two.
  $: '$$',
};

/** What a backslash means between double quotes in a `.env` file; `\c` and unknown ones stay as they are. */
export function expandEscapes(text: string): string {
  return text.replace(ESCAPE, (written: string, letter?: string, octal?: string) => {
    if (letter !== undefined) return MEANINGS[letter] ?? written;
    const code = /^[0-7]{3}$/.test(octal ?? '') ? Number.parseInt(octal ?? '', 8) : Infinity;
    return code < 256 ? String.fromCodePoint(code) : written;
  });
}
