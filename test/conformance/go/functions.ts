import { Evaluator, type Findings, type Value } from './evaluate.ts';
import { type Token, tokensOf } from './tokens.ts';

/** A test function, and what can be seen in it without running it. */
export interface TestFunction extends Findings {
  readonly name: string;
  /** String literals in their order. */
  readonly strings: readonly string[];
}

/** The test functions in the files of one Go package. */
export function testFunctions(sources: readonly string[]): readonly TestFunction[] {
  const files = sources.map(tokensOf);
  const names = new Map<string, Value>();
  const nowhere: Findings = { calls: new Map(), composites: new Map() };
  for (const tokens of files) bind(outsideFunctions(tokens), names, nowhere);
  return files.flatMap((tokens) =>
    functionsIn(tokens)
      .filter(({ name }) => /^(?:Test|Benchmark|Example)/.test(name))
      .map(({ name, body }) => {
        const findings: Findings = { calls: new Map(), composites: new Map() };
        bind(body, new Map(names), findings);
        const strings = body.filter(({ kind }) => kind === 'string').map(({ text }) => text);
        return { name, strings, ...findings };
      }),
  );
}

/** Reads every expression there is, and remembers what names stand for. */
function bind(tokens: readonly Token[], names: Map<string, Value>, findings: Findings): void {
  const evaluator = new Evaluator(tokens, { names, findings });
  for (const [index, { kind, text }] of tokens.entries()) {
    const sign = kind === 'name' ? assignmentAt(tokens, index) : undefined;
    if (sign !== undefined && tokens[sign + 1]?.text !== 'range') {
      names.set(text, evaluator.at(sign + 1).value);
    } else if (kind === 'name' || text === '[') {
      const before = tokens[index - 1]?.text;
      if (before !== '.' && before !== ']') evaluator.at(index);
    }
  }
}

/** Index of the `=` behind a name, also behind `name, err` and `name type`. */
function assignmentAt(tokens: readonly Token[], name: number): number | undefined {
  const [first, second, third] = [1, 2, 3].map((step) => tokens[name + step]?.text);
  if (isSign(first)) return name + 1;
  if (first === ',' && isSign(third)) return name + 3;
  return first !== ',' && first !== '.' && isSign(second) && tokens[name + 1]?.kind === 'name'
    ? name + 2
    : undefined;
}

function isSign(text: string | undefined): boolean {
  return text === ':=' || text === '=';
}

interface GoFunction {
  readonly name: string;
  readonly body: readonly Token[];
  readonly start: number;
  readonly end: number;
}

function functionsIn(tokens: readonly Token[]): readonly GoFunction[] {
  const functions: GoFunction[] = [];
  const brackets = new Evaluator(tokens, {
    names: new Map(),
    findings: { calls: new Map(), composites: new Map() },
  });
  for (let index = 0; index < tokens.length; index += 1) {
    const opens = tokens[index]?.kind === 'mark' && '([{'.includes(tokens[index]?.text ?? '');
    if (opens) index = brackets.closed(index) - 1;
    if (tokens[index]?.text !== 'func' || tokens[index]?.kind !== 'name') continue;
    const start = index;
    while (index < tokens.length && tokens[index]?.text !== '{') {
      index = tokens[index]?.text === '(' ? brackets.closed(index) : index + 1;
    }
    const end = brackets.closed(index);
    functions.push({
      name: tokens[start + 1]?.text ?? '',
      body: tokens.slice(index + 1, end - 1),
      start,
      end,
    });
    index = end - 1;
  }
  return functions;
}

function outsideFunctions(tokens: readonly Token[]): readonly Token[] {
  let from = 0;
  const outside: Token[] = [];
  for (const { start, end } of functionsIn(tokens)) {
    outside.push(...tokens.slice(from, start));
    from = end;
  }
  return [...outside, ...tokens.slice(from)];
}
