import { inDoubleQuotes } from './yaml.ts';

/** Text that would be read as a number, a truth value or nothing. */
const TYPED =
  /^(?:~|null|true|false|[-+]?(?:0x[\da-f]+|0o?[0-7]+|0b[01]+|\.?\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?|\.inf)|\.nan)?$/i;

/** Truth values, times and dates of YAML 1.1, and marks that mean something as a whole. */
const MEANT_OTHERWISE =
  /^(?:y|n|yes|no|on|off|<<|=|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?|\d{4}-\d\d?-\d\d?.*|(?:---|\.\.\.).*)$/i;

/** In blocks, text may hold nearly everything but what would begin something else. */
const PLAIN =
  /^(?:[^\s,[\]{}#&*!|>'"%@`?:-]|[?:-](?=\S))(?:[^\s:#]|:(?=\S)|(?<=\S)#| +(?=[^\s#]))*$/;

const UNPRINTABLE = /[^\u0020-\u007E\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]|[\u2028\u2029]/;

/** As Docker Compose writes: double quotes where the type would be lost, single ones where only the writing asks for quotes. */
export function asGoWrites(text: string): string {
  if (TYPED.test(text) || UNPRINTABLE.test(text)) return inDoubleQuotes(text);
  if (PLAIN.test(text) && !MEANT_OTHERWISE.test(text)) return text;
  return `'${text.replaceAll("'", "''")}'`;
}
