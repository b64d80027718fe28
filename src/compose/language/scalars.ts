import { canonicalByteSize, parseByteSize } from '../byte-size.ts';
import { canonicalDuration } from '../duration.ts';
import {
  read,
  refused,
  type Form,
  type Note,
  type Reading,
  type Scalar,
  type ScalarForm,
} from './form.ts';

const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** What YAML 1.1 took for true and false, and Compose still does. */
const OLD_FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['on', true],
  ['n', false],
  ['no', false],
  ['off', false],
]);

export const text: ScalarForm = {
  is: 'scalar',
  from: ['text'],
  words: 'text',
  read: (value) => read(value),
  schema: { type: 'string' },
};

export const textOrNothing: Form = {
  ...text,
  from: ['text', 'empty'],
  schema: { type: ['string', 'null'] },
};

/** Text that numbers and flags are welcome to be: it is handed on as text. */
export const looseText: ScalarForm = {
  is: 'scalar',
  from: ['text', 'number', 'flag'],
  words: 'text, a number, or true or false',
  read: (value) => read(String(value)),
  asText: true,
  schema: { type: ['string', 'number', 'boolean'] },
};

/** The same, and no value at all, which is empty text. */
export const looseTextOrNothing: ScalarForm = {
  ...looseText,
  from: ['text', 'number', 'flag', 'empty'],
  schema: { type: ['string', 'number', 'boolean', 'null'] },
};

export const textOrNumber: ScalarForm = {
  is: 'scalar',
  from: ['text', 'number'],
  words: 'text or a number',
  read: (value) => read(String(value)),
  asText: true,
  schema: { type: ['string', 'number'] },
};

export const flag: Form = {
  is: 'scalar',
  from: ['flag', 'text'],
  words: 'true or false',
  read: readFlag,
  schema: { type: ['boolean', 'string'] },
};

export const duration: Form = {
  is: 'scalar',
  from: ['text'],
  words: 'a duration such as 1m30s (units: us, ms, s, m, h, d, w)',
  read: readDuration,
  zero: '0s',
  schema: { type: 'string', examples: ['1m30s'] },
};

/** A size of which -1 means "no limit". */
export const byteSize: ScalarForm = {
  is: 'scalar',
  from: ['text', 'number'],
  words: 'a number of bytes, or a size such as 512m or 1.5gb',
  read: (value) => readByteSize(value, -1),
  zero: '0',
  schema: { type: ['string', 'integer'], examples: ['512m'] },
};

export const limitedByteSize: Form = { ...byteSize, read: (value) => readByteSize(value, 0) };

/** Where a plain number of bytes must be written as text. */
export const byteSizeText: Form = {
  ...byteSize,
  from: ['text'],
  words: 'a size in text, such as "512m"',
  schema: { type: 'string', examples: ['512m'] },
};

/** Text that one function accepts or not. */
export function textThat(
  words: string,
  accepts: (value: string) => boolean,
  pattern?: string,
): ScalarForm {
  return {
    is: 'scalar',
    from: ['text'],
    words,
    read: (value) => (accepts(String(value)) ? read(value) : refused()),
    schema: { type: 'string', ...(pattern !== undefined && { pattern }) },
  };
}

export function textLike(words: string, pattern: RegExp): ScalarForm {
  return textThat(words, (value) => pattern.test(value), pattern.source);
}

export function word(...options: readonly string[]): ScalarForm {
  return {
    is: 'scalar',
    from: ['text'],
    words: options.length === 1 ? `the word ${options[0]}` : `one of ${options.join(', ')}`,
    read: (value) => (options.includes(String(value)) ? read(value) : refused()),
    options,
    schema: { enum: options },
  };
}

/** What Docker Compose takes as it comes, and what only some values of which make sense: the others give a warning. */
export function likely(form: ScalarForm, message: string): ScalarForm {
  return {
    ...form,
    read: (value) => {
      const reading = form.read(value);
      if (reading.kind === 'read') return reading;
      const note: Note = { code: 'compose/wrong-value', message, help: `Write ${form.words}.` };
      return read(String(value), [note]);
    },
  };
}

export function wholeNumber(min: number = -Infinity, max: number = Infinity): ScalarForm {
  return {
    is: 'scalar',
    from: ['number', 'text'],
    words: `a whole number${inRange(min, max)}`,
    read: (value) => readNumber(value, WHOLE, { min, max }),
    schema: { type: ['integer', 'string'], ...limits(min, max) },
  };
}

/** @param single The canonical model holds it in 32 bits, which shows in its last digits. */
export function decimal(min: number, max: number = Infinity, single: boolean = true): ScalarForm {
  return {
    is: 'scalar',
    from: ['number', 'text'],
    words: `a number${inRange(min, max)}`,
    read: (value) => {
      const reading = readNumber(value, DECIMAL, { min, max });
      if (reading.kind === 'refused' || !single) return reading;
      return read(toSinglePrecision(Number(reading.value)));
    },
    schema: { type: ['number', 'string'], ...limits(min, max) },
  };
}

/** `true` and `false`, and the words that meant them in older YAML. */
export function readFlag(value: Scalar): Reading {
  if (typeof value === 'boolean') return read(value);
  const lower = String(value).toLowerCase();
  if (lower === 'true' || lower === 'false') return read(lower === 'true');
  const old = OLD_FLAGS.get(lower);
  if (old === undefined) return refused();
  return read(old, [
    {
      code: 'compose/old-flag',
      message: `"${String(value)}" is text in today's YAML`,
      help: `Write ${String(old)} without quotes.`,
      write: String(old),
    },
  ]);
}

function readDuration(value: Scalar): Reading {
  const canonical = canonicalDuration(String(value));
  if (canonical === undefined) {
    return WHOLE.test(String(value))
      ? {
          ...refused('it has no unit', `Write ${String(value)}s for seconds.`),
          write: `${String(value)}s`,
        }
      : refused();
  }
  return canonical.startsWith('-') ? refused('a duration cannot be negative') : read(canonical);
}

function readByteSize(value: Scalar, least: number): Reading {
  const isFraction = typeof value === 'number' && !Number.isInteger(value);
  const canonical = isFraction ? undefined : canonicalByteSize(String(value));
  if (canonical === undefined) return refused();
  const isBelow = (parseByteSize(canonical) ?? 0) < least;
  return isBelow ? refused('a size cannot be negative') : read(canonical);
}

function readNumber(
  value: Scalar,
  form: RegExp,
  { min, max }: { readonly min: number; readonly max: number },
): Reading {
  if (typeof value === 'boolean') return refused();
  if (!form.test(String(value))) return withoutUnit(String(value), form);
  const number = Number(value);
  if (form === WHOLE && Math.abs(number) >= 2 ** 63) return refused('it does not fit into 64 bits');
  if (number < min) return refused(`the least is ${min}`);
  return number > max ? refused(`the most is ${max}`) : read(number);
}

/** A count that was written as if it were a time. */
function withoutUnit(value: string, form: RegExp): Reading {
  const number = /^(\d+)(?:s|ms|m|x|times)$/.exec(value)?.[1];
  if (number === undefined || !form.test(number)) return refused();
  return { ...refused(undefined, `Write ${number}: a whole number has no unit.`), write: number };
}

/** The shortest number that is the same in 32 bits. */
function toSinglePrecision(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = Number(single.toPrecision(digits));
    if (Math.fround(shorter) === single) return shorter;
  }
  return single;
}

function inRange(min: number, max: number): string {
  if (min === -Infinity) return max === Infinity ? '' : `, at most ${max}`;
  return max === Infinity ? `, at least ${min}` : ` from ${min} to ${max}`;
}

function limits(min: number, max: number): Readonly<Record<string, number>> {
  return { ...(min !== -Infinity && { minimum: min }), ...(max !== Infinity && { maximum: max }) };
}
