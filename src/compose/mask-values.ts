const LINE = /^(\s*(?:export\s+)?[A-Za-z_][\w.[\]-]*\s*[=:])(.*)$/;
/** What a message may be about: a variable, a quote, a comment sign. Everything else of a value is nobody's business. */
const SHOWN = /\$\{?[A-Za-z_]\w*\}?|["'#\s]/g;

/**
 * The text of a file of variables with its values made unreadable, for reports: every offset stays what it was. Passwords
 * stand in such files.
 */
export function maskValues(text: string): string {
  return text.split('\n').map(maskLine).join('\n');
}

function maskLine(line: string): string {
  if (/^\s*#/.test(line)) return line;
  const parts = LINE.exec(line);
  return parts === null ? mask(line) : (parts[1] ?? '') + mask(parts[2] ?? '');
}

function mask(value: string): string {
  let masked = '';
  let from = 0;
  for (const { 0: shown, index } of value.matchAll(SHOWN)) {
    masked += '•'.repeat(index - from) + shown;
    from = index + shown.length;
  }
  return masked + '•'.repeat(value.length - from);
}
