import { expect, test } from 'vitest';

import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnosticsToJson, renderDiagnostics } from './render-diagnostic.ts';

const style = { color: false, width: 80, cwd: '/project' };
const file = '/project/compose.yaml';

function found(text: string, part: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = text.indexOf(part);
  return {
    code: 'compose/x',
    severity: 'error',
    message: 'it is wrong',
    at: { file, start, end: start + part.length },
    ...more,
  };
}

function render(text: string, ...diagnostics: readonly Diagnostic[]): string {
  return renderDiagnostics(diagnostics, new Map([[file, text]]), style);
}

test('place, line, squiggle, help, other places and the count', () => {
  const text = 'services:\n  web:\n    depends_on: [bd]\n';
  const other = { message: 'the other one', at: { file, start: 0, end: 8 } };
  expect(
    render(
      text,
      found(text, 'bd', { help: 'Did you mean db?', related: [other] }),
      found(text, 'web', { severity: 'warning' }),
    ),
  ).toBe(
    [
      'compose.yaml:3:18: error: it is wrong [compose/x]',
      '      depends_on: [bd]',
      '                   ~~',
      '  help: Did you mean db?',
      '  see:  compose.yaml:1:1: the other one',
      '',
      'compose.yaml:2:3: warning: it is wrong [compose/x]',
      '    web:',
      '    ~~~',
      '',
      '1 error, 1 warning',
      '',
    ].join('\n'),
  );
});

test('tabs, wide characters and control characters keep the squiggle in its place', () => {
  const text = 'a:\t"日本\u0001" x\n';
  expect(render(text, found(text, 'x')).split('\n').slice(1, 3)).toEqual([
    '  a:    "日本␁" x',
    '                ~',
  ]);
});

test('a long line is cut around the place', () => {
  const text = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
  const [, line = '', squiggle = ''] = render(text, found(text, 'HERE')).split('\n');
  expect(line.length).toBeLessThanOrEqual(80);
  expect(line.slice(squiggle.indexOf('~'), squiggle.length)).toBe('HERE');
});

test('a span of several lines is marked to the end of its first', () => {
  const text = 'web:\n  image: x\n  y: z\n';
  expect(render(text, found(text, 'image: x\n  y: z')).split('\n').slice(1, 3)).toEqual([
    '    image: x',
    '    ~~~~~~~~',
  ]);
});

test('an empty span is a place, too', () => {
  const text = 'image:\nx: 1\n';
  const at = { file, start: 6, end: 6 };
  expect(
    render(text, found(text, 'x', { at }))
      .split('\n')
      .slice(0, 3),
  ).toEqual(['compose.yaml:1:7: error: it is wrong [compose/x]', '  image:', '        ~']);
});

test('without a place there is only the message', () => {
  const { at: _, ...nowhere } = found('x', 'x');
  expect(render('', nowhere)).toBe('error: it is wrong [compose/x]\n\n1 error\n');
});

test('a file elsewhere is shown by its full path, standard input by its name', () => {
  const text = 'x';
  const diagnostics = ['/elsewhere/x.yaml', '-'].map((name) =>
    found(text, 'x', { at: { file: name, start: 0, end: 1 } }),
  );
  const sources = new Map([
    ['/elsewhere/x.yaml', text],
    ['-', text],
  ]);
  const shown = renderDiagnostics(diagnostics, sources, { ...style, cwd: '/a/b/c/d/e' });
  expect(shown).toContain('/elsewhere/x.yaml:1:1: error');
  expect(shown).toContain('standard input:1:1: error');
});

test('text from a file cannot steer the terminal', () => {
  const text = 'a: \u001B[2J\u202E\n';
  const shown = render(
    text,
    found(text, '\u001B', { message: 'bad \u001B[2J\nvalue', help: '\u0007' }),
  );
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
});

test('thousands of diagnostics are cut, but counted', () => {
  const text = 'x: 1\n'.repeat(5000);
  const diagnostics = Array.from({ length: 5000 }, (_, index) =>
    found(text, 'x', { at: { file, start: index * 5, end: index * 5 + 1 } }),
  );
  const started = performance.now();
  const shown = render(text, ...diagnostics);
  expect(performance.now() - started).toBeLessThan(500);
  expect(shown).toContain('… and 4900 more');
  expect(shown.endsWith('5000 errors\n')).toBe(true);
});

test('as JSON a diagnostic has lines and columns from 1', () => {
  const text = 'a:\n  b: c\n';
  expect(
    diagnosticsToJson([found(text, 'b: c', { help: 'No.' })], new Map([[file, text]])),
  ).toEqual([
    {
      file,
      line: 2,
      column: 3,
      endLine: 2,
      endColumn: 7,
      code: 'compose/x',
      severity: 'error',
      message: 'it is wrong',
      help: 'No.',
    },
  ]);
});
