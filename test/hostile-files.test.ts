import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { loadProject } from '../src/actions/load-project.ts';
import { ComposeError, type Diagnostic } from '../src/model/diagnostic.ts';
import { renderDiagnostics } from '../src/report/render-diagnostic.ts';

const folder = mkdtempSync(join(tmpdir(), 'bowline-hostile-'));
const file = join(folder, 'compose.yaml');
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const { signal } = new AbortController();
const MILLION = 1_000_000;
/** For a busy machine; on a free one each takes a fraction of it. */
const MOST_MS = 2000 * Number(process.env['BOWLINE_SLOWNESS'] ?? 3);
const RUNS = Number(process.env['BOWLINE_FUZZ'] ?? 1000);

interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly shown: readonly string[];
  readonly tookMs: number;
}

/** What is said about a file, at two widths. Anything that is not a diagnostic is thrown on. */
async function outcomeOf(content: string | Uint8Array): Promise<Outcome> {
  writeFileSync(file, content);
  const before = performance.now();
  const { diagnostics, sources } = await mistakesIn();
  const shown = [80, 200].map((width) =>
    renderDiagnostics(diagnostics, sources, { color: false, width, cwd: folder }),
  );
  return { diagnostics, shown, tookMs: performance.now() - before };
}

async function mistakesIn() {
  const options = { files: [file], profiles: [], envFiles: [], environment: {}, cwd: folder };
  try {
    return await loadProject(options, { signal });
  } catch (error) {
    if (error instanceof ComposeError) return error;
    throw error;
  }
}

const service = (rest: string): string => `services:\n  a: {image: x, ${rest}}\n`;
const many = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

const table: readonly (readonly [name: string, content: string | Uint8Array, code: string])[] = [
  [
    'a bomb of aliases',
    `a: &a0 [x,x,x,x,x,x,x,x,x]\n${many(9, (i) => `b${i}: &a${i + 1} [${many(9, () => `*a${i},`)}]\n`)}`,
    'compose/too-many-aliases',
  ],
  [
    'a bomb of merge keys',
    `x-0: &a0 {k: 1}\n${many(3000, (i) => `x-${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}], k${i}: 1}\n`)}`,
    'compose/too-many-aliases',
  ],
  ['brackets without end', '['.repeat(5 * MILLION), 'compose/yaml-syntax'],
  ['maps without end', '{a: '.repeat(MILLION), 'compose/yaml-syntax'],
  ['dashes without end', '- '.repeat(MILLION), 'compose/yaml-syntax'],
  ['a key of 10 MB', service(`${'k'.repeat(10 * MILLION)}: 1`), 'compose/too-long'],
  ['a value of 10 MB', service(`command: "${'a '.repeat(5 * MILLION)}"`), 'compose/too-long'],
  [
    'a quote that is not closed on a line of 10 MB',
    `services:\n  a: {image: "${'x'.repeat(10 * MILLION)}`,
    'compose/yaml-syntax',
  ],
  [
    'a line of 10 MB with a mistake at its end',
    `services: {a: {image: x, labels: {${many(5000, (i) => `k${i}: ${'v'.repeat(2000)}, `)}}, imge: y}}\n`,
    'compose/unknown-key',
  ],
  [
    'a comment of 10 MB',
    `${'#'.repeat(10 * MILLION)}\n${service('imge: y')}`,
    'compose/unknown-key',
  ],
  ['more than 16 MiB', Buffer.alloc(17 * MILLION, 0x61), 'compose/missing-file'],
  ['bytes of zero', service('b: "\0"'), 'compose/yaml-syntax'],
  ['nothing but bytes of zero', '\0'.repeat(MILLION), 'compose/yaml-syntax'],
  [
    'UTF-16, little end first',
    Buffer.from(`\uFEFF${service('b: c')}`, 'utf16le'),
    'compose/missing-file',
  ],
  [
    'UTF-16, big end first',
    Buffer.from(`\uFEFF${service('b: c')}`, 'utf16le').swap16(),
    'compose/missing-file',
  ],
  [
    'bytes that are no UTF-8',
    Buffer.concat([
      Buffer.from('services: {a: {image: "'),
      Buffer.from([0xff, 0xc0]),
      Buffer.from('"}}'),
    ]),
    'compose/missing-file',
  ],
  ['a byte order mark before a mistake', `\uFEFF${service('imge: y')}`, 'compose/unknown-key'],
  [
    'line ends of Windows and a mistake',
    service('imge: y').replaceAll('\n', '\r\n'),
    'compose/unknown-key',
  ],
  [
    '100,000 unknown keys',
    `services:\n  a:\n    image: x\n${many(100_000, (i) => `    k${i}: 1\n`)}`,
    'compose/unknown-key',
  ],
  [
    '20,000 keys of which each stands twice',
    `services:\n${'  a: {image: x}\n'.repeat(20_000)}`,
    'compose/duplicate-key',
  ],
  [
    '100,000 comments that silence',
    `${'# bowline-ignore x\n'.repeat(100_000)}${service('imge: y')}`,
    'compose/unknown-key',
  ],
  [
    'a file that includes itself',
    'include: [compose.yaml]\nservices: {a: {image: x}}\n',
    'compose/include-cycle',
  ],
  ['a service that extends itself', service('extends: a'), 'compose/extends-cycle'],
  ['a value that contains itself', 'services: &a {a: *a}\n', 'compose/recursive-alias'],
  [
    'variables in variables',
    service(`environment: {A: "${'${A:-'.repeat(100_000)}"}`),
    'compose/bad-interpolation',
  ],
  ['signs that steer a terminal', service('"\\e[2Jimge\\u202E": y'), 'compose/unknown-key'],
];

describe('a hostile file is refused in words, in its place, in no time', () => {
  test.each(table)('%s', async (...[, content, code]) => {
    const { diagnostics, shown, tookMs } = await outcomeOf(content);
    expect(diagnostics.map((each) => each.code)).toContain(code);
    expect(shown.join('').length).toBeLessThan(200_000);
    // oxlint-disable-next-line no-control-regex -- these must not get out
    expect(shown.join('')).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    expect(tookMs).toBeLessThan(MOST_MS);
  });
});

test.each([80, 200])('excerpts of a hostile line fit into %i columns', async (width) => {
  const line = `services: {a: {image: x, labels: {${many(50_000, (i) => `k${i}: "\t日本🙂", `)}}, imge: y}}\n`;
  writeFileSync(file, line);
  const { diagnostics, sources } = await mistakesIn();
  const shown = renderDiagnostics(diagnostics, sources, { color: false, width, cwd: folder });
  const [excerpt = '', squiggle = ''] = shown.split('\n').slice(1);
  expect(excerpt.length).toBeLessThanOrEqual(width);
  expect(excerpt.slice(squiggle.indexOf('~')).length).toBeGreaterThan(0);
  expect(excerpt).toContain('imge');
});

const pieces = fc.constantFrom(
  'services',
  ':',
  '\n',
  ' ',
  '  ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a',
  '*a',
  '<<: ',
  '!reset ',
  '|',
  '>',
  '#',
  '${',
  '}',
  '$',
  '\t',
  '\r',
  '\0',
  '\uFEFF',
  '---\n',
  'image: x',
  'a:',
  'extends: a',
  'include: [compose.yaml]',
  'depends_on: [a]',
  'ports: ["80:80"]',
  'volumes: [a:/b]',
  '日',
  '🙂',
  '\u2028',
  '# bowline-ignore a/b: c\n',
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
  fc.tuple(fc.array(pieces, { maxLength: 20 }), fc.nat(200)).map(([parts, at]) => {
    const text =
      'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n    depends_on: [db]\n  db: {image: postgres}\n';
    const cut = at % text.length;
    return Buffer.from(text.slice(0, cut) + parts.join('') + text.slice(cut));
  }),
);

test(`${RUNS} files of hostile bytes: no failure but in words, none that takes long`, async () => {
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      const { diagnostics, tookMs } = await outcomeOf(content);
      expect(diagnostics.every(({ message, code }) => message !== '' && code.includes('/'))).toBe(
        true,
      );
      expect(tookMs).toBeLessThan(MOST_MS);
    }),
    { numRuns: RUNS },
  );
}, 600_000);
