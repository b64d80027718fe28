import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { readDockerfile } from './read-dockerfile.ts';

const read = (text: string, options: { args?: Record<string, string>; target?: string } = {}) =>
  readDockerfile(text, {
    file: '/w/Dockerfile',
    args: new Map(Object.entries(options.args ?? {})),
    ...(options.target !== undefined && { target: options.target }),
  });

describe('variables', () => {
  test.each([
    ['FROM a\nENV A=1 B="two words"\nENV C=$A-${B}', { A: '1', B: 'two words', C: '1-two words' }],
    ['FROM a\nENV OLD value with  spaces', { OLD: 'value with  spaces' }],
    [
      'FROM a\nARG X=1\nENV A=${X:-2} B=${Y:-2} C=${X:+3} D=${Y:+3}',
      { A: '1', B: '2', C: '3', D: '' },
    ],
    ["FROM a\nENV A='$B' C=\\$D", { A: '$B', C: '$D' }],
    ['ARG V=9\nFROM a\nENV A=x$V\nARG V\nENV B=x$V', { A: 'x', B: 'x9' }],
    ['FROM a\nENV PATH="/opt/bin:$PATH"', { PATH: '/opt/bin:' }],
    ['FROM a AS b\nENV A=1\nFROM b\nENV B=$A', { A: '1', B: '1' }],
    ['FROM a\nENV A=${B:-${C:-d}}', { A: 'd' }],
  ])('%j gives %j', (text, environment) => {
    const { final, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    expect(Object.fromEntries(final?.settings.environment ?? [])).toEqual(environment);
  });

  test('an argument given from outside wins over the default', () => {
    const { final } = read('ARG TAG=18\nFROM node:$TAG', { args: { TAG: '20' } });
    expect(final?.base).toEqual({ kind: 'image', image: 'node:20' });
  });
});

test('settings are those of the last instruction of each kind', () => {
  const { final } = read(`FROM node:20
WORKDIR /a
WORKDIR b
EXPOSE 80 90-92/tcp
USER 1000:1000
STOPSIGNAL SIGINT
VOLUME ["/data"]
LABEL a="b c"
ENTRYPOINT ["x", "y z"]
CMD echo $HOME
HEALTHCHECK --interval=1m30s --timeout=500ms --retries=2 --start-period=2s \\
  CMD curl -f http://localhost/ || exit 1
`);
  expect(final?.settings).toEqual({
    environment: new Map(),
    workingDir: '/a/b',
    exposed: [80, 90, 91, 92],
    user: '1000:1000',
    stopSignal: 'SIGINT',
    volumes: ['/data'],
    labels: new Map([['a', 'b c']]),
    entrypoint: ['x', 'y z'],
    command: ['/bin/sh', '-c', 'echo $HOME'],
    shell: ['/bin/sh', '-c'],
    healthcheck: {
      test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'],
      intervalMs: 90_000,
      timeoutMs: 500,
      startPeriodMs: 2000,
      startIntervalMs: 5000,
      retries: 2,
    },
  });
});

test('a RUN line is joined without its comments and mounts', () => {
  const text =
    'FROM a\nRUN --mount=type=cache,target=/root/.npm set -eux; \\\n  # why\n  npm ci && \\\n  x\n';
  expect(read(text).final?.steps).toMatchObject([{ script: 'set -eux;   npm ci &&   x' }]);
});

test('a heredoc is the script of RUN and the content of COPY', () => {
  const text =
    "FROM a\nENV N=1\nRUN <<EOF\nnpm ci\necho $N\nEOF\nCOPY <<X <<'Y' /d/\n$N\nX\n$N\nY\n";
  expect(read(text).final?.steps).toMatchObject([
    { script: 'npm ci\necho $N\n' },
    {
      inline: [
        { name: 'X', text: '1\n' },
        { name: 'Y', text: '$N\n' },
      ],
      target: '/d',
      paths: [],
    },
  ]);
});

test('COPY knows its stage, its sources, its mode and its place', () => {
  const text = `FROM a AS one
FROM b
WORKDIR /app
COPY --from=one --chmod=755 ["a b", "c", "./"]
COPY --from=0 /x y
COPY --from=ghcr.io/astral-sh/uv /uv /bin/
COPY x* /srv/
`;
  expect(read(text).final?.steps.slice(1)).toMatchObject([
    {
      source: { kind: 'stage', index: 0 },
      paths: ['a b', 'c'],
      target: '/app',
      intoFolder: true,
      chmod: 0o755,
    },
    { source: { kind: 'stage', index: 0 }, paths: ['/x'], target: '/app/y', intoFolder: false },
    { source: { kind: 'image', image: 'ghcr.io/astral-sh/uv' }, target: '/bin', intoFolder: true },
    { source: { kind: 'context' }, paths: ['x*'], target: '/srv', intoFolder: true },
  ]);
});

test('an entrypoint takes the inherited command away', () => {
  const { final } = read('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["y"]');
  expect(final?.settings.command).toBeUndefined();
  expect(read('FROM a\nCMD ["x"]\nENTRYPOINT ["y"]').final?.settings.command).toEqual(['x']);
});

test.each([
  ['', undefined, 'native/dockerfile-syntax'],
  ['RUN x', undefined, 'native/dockerfile-syntax'],
  ['FROM a\nRUNN x', undefined, 'native/dockerfile-syntax'],
  ['FROM a\nCOPY x', undefined, 'native/dockerfile-syntax'],
  ['FROM a AS b', 'c', 'native/stage-missing'],
])('%j with target %j is %s', (text, target, code) => {
  expect(read(text, { ...(target !== undefined && { target }) }).diagnostics[0]?.code).toBe(code);
});

test('a target ends the file there, and may be a number', () => {
  const text = 'FROM a AS x\nFROM b\nFROM c';
  expect(read(text, { target: 'X' }).final?.index).toBe(0);
  expect(read(text, { target: '1' }).final?.index).toBe(1);
});

test('the span of an instruction is its first line', () => {
  const text = readFileSync('examples/status/Dockerfile', 'utf8');
  const { stages } = read(text);
  expect(stages.map(({ at }) => text.slice(at.start, at.end))).toEqual([
    'FROM node:20-slim AS build',
    'FROM node:20-slim',
  ]);
});
