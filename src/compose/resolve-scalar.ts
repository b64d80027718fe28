/** Only what begins like this can be anything but text; most values of a Compose file are text. */
const MAYBE_TYPED = /^[-+.0-9~ntfNTF]|^$/;
const NULL = /^(?:~|null|Null|NULL)?$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9_]*)$/;
const OCTAL = /^([-+]?)0o?([0-7_]+)$/;
const HEXADECIMAL = /^([-+]?)0x([0-9a-fA-F_]+)$/;
const BINARY = /^([-+]?)0b([01_]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/**
 * What a plain scalar means, as Docker Compose reads it: YAML 1.2, but `0440` is octal, and `yes`, `on`, dates and
 * `22:22` are text.
 */
export function resolveScalar(text: string): string | number | boolean | null {
  if (!MAYBE_TYPED.test(text)) return text;
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  const number = resolveNumber(text);
  // A number too large to be held exactly stays the text that it is: nobody calculates with it.
  return number === undefined || (Number.isInteger(number) && !Number.isSafeInteger(number))
    ? text
    : number;
}

function resolveNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text.replaceAll('_', ''));
  const whole =
    digits(OCTAL.exec(text), 8) ??
    digits(HEXADECIMAL.exec(text), 16) ??
    digits(BINARY.exec(text), 2);
  if (whole !== undefined) return whole;
  if (FLOAT.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(text) ? Number.NaN : undefined;
}

function digits(match: RegExpExecArray | null, base: number): number | undefined {
  if (match === null) return undefined;
  const value = Number.parseInt((match[2] ?? '').replaceAll('_', ''), base);
  return match[1] === '-' ? -value : value;
}
