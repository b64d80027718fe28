import type { Diagnostic, Fix } from '../model/diagnostic.ts';
import { findOpenQuote } from './find-open-quote.ts';

interface Problem {
  readonly text: string;
  readonly file: string;
  /** UTF-16 offset at which the parser gave up. */
  readonly position: number;
}

interface Explanation {
  readonly message: string;
  readonly help: string;
  /** Half-open range of UTF-16 offsets; otherwise one character at the place where the parser gave up. */
  readonly start?: number;
  readonly end?: number;
  readonly fix?: {
    readonly title: string;
    readonly edits: readonly {
      readonly start: number;
      readonly end: number;
      readonly text: string;
    }[];
  };
}

/** Says in words, and with the place of the cause, what the parser found at the place of the consequence. */
export function explainYamlError(reason: string, problem: Problem): Diagnostic {
  const { text, file, position } = problem;
  const line = lineAround(text, position);
  const explanation = explain(reason, problem, line);
  // The parser may stand behind the last word of the line.
  const start = Math.min(explanation.start ?? position, explanation.end ?? text.length);
  const end = explanation.end ?? Math.max(start, Math.min(start + 1, line.end));
  return {
    code: 'compose/yaml-syntax',
    severity: 'error',
    message: explanation.message,
    help: explanation.help,
    at: { file, start, end },
    ...(explanation.fix !== undefined && { fix: inFile(explanation.fix, file) }),
  };
}

function inFile({ title, edits }: NonNullable<Explanation['fix']>, file: string): Fix {
  return {
    title,
    edits: edits.map(({ start, end, text }) => ({ at: { file, start, end }, text })),
  };
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function explain(reason: string, problem: Problem, line: Line): Explanation {
  return (
    explainTab(reason, problem, line) ??
    explainNesting(reason) ??
    explainUnreadable(reason) ??
    explainOpenEnd(reason, problem) ??
    explainReservedSign(problem, line) ??
    explainSecondColon(problem, line) ??
    explainAfterQuote(problem, line) ??
    explainMissingBlank(problem, line) ??
    explainIndentation(reason, line) ?? {
      message: reason,
      help: 'Check the indentation, the quotes and the brackets of this line and of the one above.',
    }
  );
}

function explainTab(reason: string, { text }: Problem, line: Line): Explanation | undefined {
  if (!reason.includes('tab characters')) return undefined;
  const tabs = /^ *(\t+)/.exec(line.text);
  const start = line.start + (tabs?.[0].length ?? 1) - (tabs?.[1]?.length ?? 1);
  return {
    message: 'a tab indents this line, and YAML allows spaces only',
    help: 'Replace the tab by spaces, two for each level.',
    start,
    end: start + (tabs?.[1]?.length ?? 1),
    fix: { title: 'indent by spaces', edits: tabsFrom(text, line.start) },
  };
}

/** Tabs that indent, from one line on as far as lines have them. */
function tabsFrom(text: string, from: number): NonNullable<Explanation['fix']>['edits'] {
  const edits = [];
  const indent = /^[ \t]*/my;
  for (let start = from; start < text.length;) {
    indent.lastIndex = start;
    const blanks = indent.exec(text)?.[0] ?? '';
    const next = text.indexOf('\n', start) + 1 || text.length;
    const isEmpty = text.slice(start, next).trim() === '';
    if (!isEmpty && !blanks.includes('\t')) break;
    if (!isEmpty)
      edits.push({ start, end: start + blanks.length, text: blanks.replaceAll('\t', '  ') });
    start = next;
  }
  return edits;
}

function explainNesting(reason: string): Explanation | undefined {
  if (!reason.includes('maxDepth')) return undefined;
  return {
    message: 'lists and maps are nested more than 100 deep',
    help: 'No Compose file is that deep; look for brackets that are opened again and again.',
  };
}

function explainUnreadable(reason: string): Explanation | undefined {
  if (!/non-printable|null byte|valid JSON character/.test(reason)) return undefined;
  return {
    message: 'a control character stands here, and YAML allows none',
    help: 'Remove it, or write it as an escape in double quotes, as in "\\u0001". Is the file saved as UTF-8 text?',
  };
}

/** A quote or bracket that nothing closes: the parser notices at the end, the cause is where it was opened. */
function explainOpenEnd(reason: string, { text, position }: Problem): Explanation | undefined {
  const quote = findOpenQuote(text, position);
  if (quote !== undefined) {
    return {
      message: `the quote ${text[quote] ?? ''} is opened here and not closed on this line`,
      help: 'Close it at the end of the value.',
      start: quote,
      end: lineAround(text, quote).end,
    };
  }
  if (!reason.includes('flow collection') && !reason.includes('deficient indentation')) {
    return undefined;
  }
  const bracket = lastOpenBracket(text.slice(0, position));
  if (bracket === undefined) return undefined;
  const mark = text[bracket] ?? '[';
  return {
    message: `the bracket ${mark} is opened here and never closed`,
    help: `Close it with ${mark === '[' ? ']' : '}'}, and put commas between what stands inside.`,
    start: bracket,
    end: bracket + 1,
  };
}

function lastOpenBracket(text: string): number | undefined {
  const open: number[] = [];
  for (const { 0: mark, index } of text.matchAll(
    /"(?:\\.|[^"\\])*"|'[^']*'|(?:^|\s)#.*|[[\]{}]/gm,
  )) {
    if (mark === '[' || mark === '{') open.push(index);
    else if (mark === ']' || mark === '}') open.pop();
  }
  return open.at(-1);
}

function explainReservedSign({ text, position }: Problem, line: Line): Explanation | undefined {
  const sign = text[position] ?? '';
  if (!['@', '`', '%'].includes(sign)) return undefined;
  return {
    message: `a value cannot begin with ${sign}`,
    help: `Put the value in quotes: ${quoted(text.slice(position, line.end))}.`,
    end: trimmedEnd(line),
    start: position,
    ...inQuotes(text, position, trimmedEnd(line)),
  };
}

function explainSecondColon({ text, position }: Problem, line: Line): Explanation | undefined {
  const value = /^(\s*(?:- +)*[^\s"'#[{:][^:#]*: +)([^\s"'[{#|>&*!][^#]*?:(?:\s.*|))$/.exec(
    line.text,
  );
  if (value === null || position < line.start) return undefined;
  const start = line.start + (value[1] ?? '').length;
  return {
    message: 'a colon followed by a blank stands inside a value without quotes',
    help: `Put the value in quotes: ${quoted((value[2] ?? '').trim())}.`,
    start,
    end: trimmedEnd(line),
    ...inQuotes(text, start, start + (value[2] ?? '').trimEnd().length),
  };
}

function explainAfterQuote({ position }: Problem, line: Line): Explanation | undefined {
  const before = line.text.slice(0, position - line.start);
  const value = /(["'])(?:(?!\1).)*\1\s*$/.exec(before);
  if (value === null || line.text.slice(position - line.start).trim() === '') return undefined;
  return {
    message: `the value ends with the quote ${value[1] ?? ''}, but more text follows`,
    help: 'Put the whole value in quotes; inside single quotes a quote is written twice, inside double quotes as \\".',
    start: position,
    end: trimmedEnd(line),
  };
}

/** `image:postgres` is one word to YAML, not a key and a value. */
function explainMissingBlank({ text, position }: Problem, line: Line): Explanation | undefined {
  const previous = lineAround(text, Math.max(0, line.start - 1));
  for (const candidate of [line, previous]) {
    const key = /^(\s*(?:- +)?)([A-Za-z_][\w.-]*):([^\s:/][^\s]*)\s*$/.exec(candidate.text);
    if (key === null || candidate.start > position) continue;
    const start = candidate.start + (key[1] ?? '').length;
    return {
      message: `a blank is missing behind the colon of ${key[2] ?? ''}`,
      help: `Write "${key[2] ?? ''}: ${key[3] ?? ''}".`,
      start,
      end: trimmedEnd(candidate),
      ...puttingIn(' ', start + (key[2] ?? '').length + 1),
    };
  }
  const bare = /^(\s*)([A-Za-z_][\w.-]*)\s*$/.exec(previous.text);
  if (bare === null || indentOf(line.text) <= (bare[1] ?? '').length) return undefined;
  const start = previous.start + (bare[1] ?? '').length;
  return {
    message: `a colon is missing behind ${bare[2] ?? ''}`,
    help: `Write "${bare[2] ?? ''}:".`,
    start,
    end: trimmedEnd(previous),
    ...puttingIn(':', start + (bare[2] ?? '').length),
  };
}

function explainIndentation(reason: string, line: Line): Explanation | undefined {
  if (!/indentation|document separator|block mapping|after a mapping key/.test(reason)) {
    return undefined;
  }
  return {
    message:
      'this line is not indented like its neighbours, or is neither "key: value" nor "- item"',
    help: 'Lines of one map begin in the same column, two spaces further in than the key that they belong to.',
    start: line.start + indentOf(line.text),
    end: trimmedEnd(line),
  };
}

function quoted(value: string): string {
  const text = value.trim();
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

function inQuotes(text: string, start: number, end: number): Pick<Explanation, 'fix'> {
  const value = quoted(text.slice(start, end));
  return { fix: { title: `write ${value}`, edits: [{ start, end, text: value }] } };
}

function puttingIn(text: string, at: number): Pick<Explanation, 'fix'> {
  const title = text === ' ' ? 'put a blank in' : `put ${text} in`;
  return { fix: { title, edits: [{ start: at, end: at, text }] } };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function trimmedEnd(line: Line): number {
  return line.start + line.text.trimEnd().length;
}

function lineAround(text: string, position: number): Line {
  const start = text.lastIndexOf('\n', Math.max(0, position - 1)) + 1;
  const from = position > 0 && text[position - 1] === '\n' ? position : start;
  const found = text.indexOf('\n', from);
  const end = found < 0 ? text.length : found;
  return { start: from, end, text: text.slice(from, end) };
}
