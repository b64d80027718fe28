import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Interpreter } from './find-interpreter.ts';
import type { Interpreted } from './runtime.ts';

/** What comes of comparing this machine's interpreter with the image's. */
export interface Verdict {
  readonly diagnostic?: Diagnostic;
  readonly note?: string;
}

const WAYS_OUT = 'or run the project with --engine docker.';

/** Older than the image's is an error, newer a note. Node counts in majors, the others in major and minor. */
export function judgeInterpreter(
  { family, version }: Interpreted,
  found: Interpreter | undefined,
  at: Span,
): Verdict {
  const wanted = version ?? '';
  const parts = family === 'node' ? 1 : 2;
  const name = version === undefined ? family : `${family} ${wanted}`;
  if (found === undefined) {
    return {
      diagnostic: {
        code: 'native/interpreter-missing',
        severity: 'error',
        message: `the image needs ${name}, and there is no ${family} in PATH`,
        help: `Install ${name}, ${WAYS_OUT}`,
        at,
      },
    };
  }
  const order = compareVersions(found.version, wanted, parts);
  if (order > 0) return { note: `${family} ${found.version} stands in for ${name}` };
  if (order === 0) return {};
  return {
    diagnostic: {
      code: 'native/interpreter-too-old',
      severity: 'error',
      message: `the image has ${name}, and this machine's is older: ${found.version} (${found.program})`,
      help: `Install ${name}, ${WAYS_OUT}`,
      at,
    },
  };
}

/** Compares as many leading numbers as both have, at most `parts`. */
export function compareVersions(one: string, other: string, parts: number): number {
  const [left, right] = [numbers(one), numbers(other)];
  for (let at = 0; at < Math.min(parts, left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(text: string): readonly number[] {
  return text === '' ? [] : text.split('.').map(Number);
}
