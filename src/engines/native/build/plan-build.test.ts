import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openContext } from '../../../host/context-files.ts';
import { planBuild } from './plan-build.ts';
import { readDockerfile } from './read-dockerfile.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bl-plan-'));
  for (const [path, text] of Object.entries({
    'package.json': '{}',
    'src/a.js': '1',
    'src/b.js': '2',
    'notes.md': 'n',
    '.dockerignore': '*.md\n',
  })) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plan(
  text: string,
  {
    args = {},
    target,
  }: { readonly args?: Readonly<Record<string, string>>; readonly target?: string } = {},
) {
  const file = join(folder, 'Dockerfile');
  const given = new Map(Object.entries(args));
  const context = openContext(folder, { dockerfile: file, known: {} });
  return planBuild(readDockerfile(text, { file, args: given }), {
    context,
    args: given,
    ...(target !== undefined && { target }),
    runtimeKey: (image) => image,
  });
}

const settings = (text: string, options?: Parameters<typeof plan>[1]) => {
  const planned = plan(text, options);
  return planned?.stages.get(planned.target)?.settings;
};

test('what the image says of how it is run', () => {
  expect(
    settings(`FROM node:20
ENV NODE_ENV=production PORT="80 80"
ENV OLD style value
WORKDIR /srv
WORKDIR app
EXPOSE 8080/tcp 9090
USER node
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=2s --retries=4 --start-period=1m30s CMD curl -f http://localhost/
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["main.js"]
`),
  ).toEqual({
    environment: new Map([
      ['NODE_ENV', 'production'],
      ['PORT', '80 80'],
      ['OLD', 'style value'],
    ]),
    workingDir: '/srv/app',
    exposed: [8080, 9090],
    user: 'node',
    stopSignal: 'SIGQUIT',
    healthcheck: {
      test: ['CMD-SHELL', 'curl -f http://localhost/'],
      intervalMs: 5000,
      timeoutMs: 2000,
      startPeriodMs: 90_000,
      startIntervalMs: 5000,
      retries: 4,
    },
    entrypoint: ['node', '--enable-source-maps'],
    command: ['main.js'],
  });
});

test('the shell form is run by a shell, and lines may be continued', () => {
  expect(
    settings('FROM node:20\nCMD npm start \\\n  # a comment\n  -- --port 80\n')?.command,
  ).toEqual(['/bin/sh', '-c', 'npm start -- --port 80']);
});

test('a stage goes on from another one, and only the stages that the target needs are made', () => {
  const text =
    'FROM node:20 AS base\nENV A=1\nFROM base AS other\nFROM base\nENV B=2\nFROM base AS last\nCOPY --from=base /x /y\n';
  expect([...(plan(text)?.stages.keys() ?? [])].toSorted((a, b) => a - b)).toEqual([0, 3]);
  expect(settings(text, { target: 'other' })?.environment).toEqual(new Map([['A', '1']]));
});

test('arguments of the build reach FROM, ENV and COPY', () => {
  const text =
    'ARG VERSION=18\nFROM node:${VERSION}-slim\nARG VERSION\nARG MODE=dev\nENV V=$VERSION M=${MODE:-none} X=${NOPE:-x}\n';
  expect(settings(text, { args: { VERSION: '20' } })?.environment).toEqual(
    new Map([
      ['V', '20'],
      ['M', 'dev'],
      ['X', 'x'],
    ]),
  );
  expect([...(plan(text, { args: { VERSION: '20' } })?.stages.values() ?? [])][0]?.base).toBe(
    'node:20-slim',
  );
});

describe('the digest', () => {
  const text = 'FROM node:20\nCOPY package.json ./\nRUN npm ci\nCOPY src ./src\n';

  test('is the same for the same files', () => {
    expect(plan(text)?.digest).toBe(plan(text)?.digest);
  });

  test('changes with a file that is copied, and not with one that is left out', () => {
    const before = plan(text)?.digest;
    writeFileSync(join(folder, 'notes.md'), 'other');
    expect(plan(text)?.digest).toBe(before);
    writeFileSync(join(folder, 'src/a.js'), 'other');
    expect(plan(text)?.digest).not.toBe(before);
  });

  test('of an installation changes with the lock file only', () => {
    const keyOfRun = (): string | undefined => {
      const planned = plan(text);
      return planned?.stages.get(0)?.steps.find(({ kind }) => kind === 'run')?.key;
    };
    const before = keyOfRun();
    writeFileSync(join(folder, 'src/a.js'), 'other');
    expect(keyOfRun()).toBe(before);
    writeFileSync(join(folder, 'package.json'), '{"a":1}');
    expect(keyOfRun()).not.toBe(before);
  });
});

test('there is no plan for a stage that the file does not have', () => {
  expect(plan('FROM node:20\n', { target: 'nope' })).toBeUndefined();
});
