import { expect, test } from 'vitest';

import { failedInstruction } from './failed-instruction.ts';

const DOCKERFILE = `# syntax=docker/dockerfile:1
FROM node:20 AS build
WORKDIR /app
RUN npm ci \\
    # the lock file counts
    && npm run build
FROM --platform=linux/amd64 example.com/team/base
  COPY --from=build /app/dist /srv
CMD ["serve"]
`;

test.each<[string, readonly string[], string]>([
  [
    'BuildKit',
    [
      '[build 2/3] WORKDIR /app',
      'npm error code E404',
      '[build 3/3] RUN npm ci     && npm run build: process "/bin/sh -c npm ci" did not complete: exit code: 1',
    ],
    'RUN npm ci \\',
  ],
  [
    'BuildKit, of an image that is not there',
    ['[internal] load metadata for example.com/team/base:latest: not found'],
    'FROM --platform=linux/amd64 example.com/team/base',
  ],
  [
    'BuildKit, of an image of Docker Hub',
    ['[internal] load metadata for docker.io/library/node:20: not found'],
    'FROM node:20 AS build',
  ],
  [
    'a builder before it',
    ['Step 2/6 : WORKDIR /app', 'Step 5/6 : COPY --from=build /app/dist /srv', 'COPY failed'],
    'COPY --from=build /app/dist /srv',
  ],
  ['Podman', ['STEP 1/2: FROM node:20 AS build'], 'FROM node:20 AS build'],
  [
    'the parser',
    ['dockerfile parse error on line 3: unknown instruction: WORKDIRR'],
    'WORKDIR /app',
  ],
])('%s ends a build at a line', (_, said, instruction) => {
  const range = failedInstruction(DOCKERFILE, said);
  expect(range && DOCKERFILE.slice(range.start, range.end)).toBe(instruction);
});

test('steps that have succeeded are not blamed', () => {
  expect(failedInstruction(DOCKERFILE, ['[build 2/3] WORKDIR /app', 'no space left'])).toBe(
    undefined,
  );
});

test('Windows line ends are no part of a line', () => {
  const range = failedInstruction('FROM a\r\nRUN b\r\n', ['[2/2] RUN b: exit code: 1']);
  expect(range).toEqual({ start: 8, end: 13 });
});
