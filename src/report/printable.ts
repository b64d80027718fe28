// C0 and C1 control characters, and those that turn the direction of writing around.
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/** `text` with control characters made visible, so that a hostile value cannot steer the terminal. Line ends and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20
      ? String.fromCodePoint(0x2400 + code)
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
