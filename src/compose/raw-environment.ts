import type { DotenvOptions, ParsedDotenv } from './dotenv.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Variable } from './variable.ts';

/**
 * Reads an `env_file` of `format: raw`: a line is `NAME=value` to its end, quotes and dollar signs included; a line that
 * begins with `#` is a comment, and a bare `NAME` takes the value of the surroundings.
 */
export function parseRawEnvironment(text: string, { file, lookUp }: DotenvOptions): ParsedDotenv {
  const variables = new Map<string, Variable>();
  const diagnostics: Diagnostic[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const found = text.indexOf('\n', start);
    const lineEnd = found < 0 ? text.length : found;
    const line = text.slice(start, lineEnd).replace(/\r$/, '').trimStart();
    const begin =
      start + (text.slice(start, lineEnd).length - text.slice(start, lineEnd).trimStart().length);
    const sign = line.indexOf('=');
    const name = sign < 0 ? line.trimEnd() : line.slice(0, sign);
    const at = { file, start: begin, end: begin + name.length };
    if (line !== '' && !line.startsWith('#')) {
      if (name === '' || /\s/.test(name)) diagnostics.push(wrongName(name, at));
      else if (sign >= 0) {
        const value = line.slice(sign + 1);
        const end = begin + line.length;
        variables.set(name, { value, at: { file, start: end - value.length, end } });
      } else {
        const value = lookUp(name);
        if (value !== undefined) variables.set(name, { value, at });
      }
    }
    start = lineEnd + 1;
  }
  return { variables, diagnostics };
}

function wrongName(name: string, at: Diagnostic['at'] & {}): Diagnostic {
  return {
    code: 'compose/env-syntax',
    severity: 'error',
    message:
      name === '' ? 'a name is missing before the sign' : `the name "${name}" has a blank in it`,
    help: 'Write NAME=value, without blanks in the name.',
    at,
  };
}
