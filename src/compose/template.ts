/** A text with variables, taken apart. Offsets are UTF-16, in the text that was parsed, half-open. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly start: number;
      readonly end: number;
      /** Absent for `$NAME` and `${NAME}`. */
      readonly otherwise?: Alternative;
    }
  /** `${` that begins no variable. */
  | { readonly kind: 'wrong'; readonly start: number; readonly end: number };

interface Alternative {
  /** `-` a default, `?` an error, `+` a replacement where there is a value. */
  readonly operator: '-' | '?' | '+';
  /** With a colon an empty value counts as none. */
  readonly emptyCounts: boolean;
  readonly parts: readonly Part[];
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const BRACE = /[{}]/g;
const OPERATOR = /:?[-?+]/y;
/** Defaults within defaults; no author goes that far. */
const DEEPEST = 50;

interface Position {
  /** Where the text begins in the whole template. */
  readonly offset: number;
  readonly depth: number;
}

/**
 * Takes `$NAME`, `${NAME}`, `${NAME:-default}` and their like apart. A `$` before anything else is an ordinary
 * character; `$$` is one `$`.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
 */
export function parseTemplate(
  text: string,
  { offset, depth }: Position = { offset: 0, depth: 0 },
): readonly Part[] {
  let at = text.indexOf('$');
  if (at < 0) return text === '' ? [] : [{ kind: 'text', text }];
  const parts: Part[] = [];
  let from = 0;
  const ordinary = (to: number): void => {
    if (to > from) parts.push({ kind: 'text', text: text.slice(from, to) });
  };
  while (at >= 0) {
    const part = text[at + 1] === '$' ? undefined : partAt(text, { at, offset, depth });
    if (text[at + 1] === '$') {
      ordinary(at + 1);
      from = at + 2;
    } else if (part !== undefined) {
      ordinary(at);
      parts.push(part);
      from = part.end - offset;
    }
    at = text.indexOf('$', Math.max(from, at + 1));
  }
  ordinary(text.length);
  return parts;
}

type Variable = Extract<Part, { readonly kind: 'variable' | 'wrong' }>;

interface Place extends Position {
  readonly at: number;
}

function partAt(text: string, place: Place): Variable | undefined {
  const { at, offset } = place;
  if (text[at + 1] === '{') return bracedAt(text, place);
  const name = match(NAME, text, at + 1);
  if (name === undefined) return undefined;
  return { kind: 'variable', name, start: offset + at, end: offset + at + 1 + name.length };
}

function bracedAt(text: string, { at, offset, depth }: Place): Variable {
  const name = match(NAME, text, at + 2);
  const close = closingBrace(text, at + 1);
  const wrong = (end: number): Variable => ({
    kind: 'wrong',
    start: offset + at,
    end: offset + end,
  });
  if (close === undefined) return wrong(text.length);
  if (name === undefined || depth > DEEPEST) return wrong(close + 1);
  const span = { start: offset + at, end: offset + close + 1 };
  const behind = at + 2 + name.length;
  if (behind === close) return { kind: 'variable', name, ...span };
  const operator = match(OPERATOR, text, behind);
  if (operator === undefined) return wrong(close + 1);
  const begin = behind + operator.length;
  return {
    kind: 'variable',
    name,
    ...span,
    otherwise: {
      operator: operatorOf(operator),
      emptyCounts: operator.length === 2,
      parts: parseTemplate(text.slice(begin, close), { offset: offset + begin, depth: depth + 1 }),
    },
  };
}

function operatorOf(written: string): '-' | '?' | '+' {
  if (written.endsWith('?')) return '?';
  return written.endsWith('+') ? '+' : '-';
}

/** The brace that closes the one at `open`; braces inside come in pairs. */
function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  BRACE.lastIndex = open;
  while (BRACE.test(text)) {
    const found = BRACE.lastIndex - 1;
    depth += text[found] === '{' ? 1 : -1;
    if (depth === 0) return found;
  }
  return undefined;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? text.slice(at, pattern.lastIndex) : undefined;
}

/** What goes wrong while a template is filled; the offsets are those of its parts. */
export type TemplateProblem =
  | { readonly kind: 'unset'; readonly name: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'required';
      readonly name: string;
      /** What the author wrote behind `?`. */
      readonly reason: string;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'wrong'; readonly start: number; readonly end: number };

export interface Filling {
  readonly lookUp: (name: string) => string | undefined;
  readonly report: (problem: TemplateProblem) => void;
}

/** The text with values put in. Defaults are looked at only where they are needed. */
export function fillTemplate(parts: readonly Part[], filling: Filling): string {
  return parts.map((part) => fillPart(part, filling)).join('');
}

function fillPart(part: Part, filling: Filling): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'wrong':
      filling.report(part);
      return '';
    case 'variable':
      return fillVariable(part, filling);
  }
}

function fillVariable(
  { name, start, end, otherwise }: Extract<Part, { readonly kind: 'variable' }>,
  filling: Filling,
): string {
  const value = filling.lookUp(name);
  if (otherwise === undefined) {
    if (value === undefined) filling.report({ kind: 'unset', name, start, end });
    return value ?? '';
  }
  const present = value !== undefined && !(otherwise.emptyCounts && value === '');
  if (otherwise.operator === '+')
    return present ? fillTemplate(otherwise.parts, filling) : (value ?? '');
  if (present) return value;
  const text = fillTemplate(otherwise.parts, filling);
  if (otherwise.operator === '-') return text;
  filling.report({ kind: 'required', name, reason: text, start, end });
  return '';
}
