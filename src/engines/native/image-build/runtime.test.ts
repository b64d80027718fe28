import { expect, test } from 'vitest';

import { runtimeOf } from './runtime.ts';

test.each([
  ['node', 'node', undefined],
  ['node:20', 'node', '20'],
  ['node:lts', 'node', undefined],
  ['node:20.11.1-alpine3.19', 'node', '20.11.1'],
  ['node:iron-slim', 'node', '20'],
  ['docker.io/library/node:22-slim', 'node', '22'],
  ['library/python:3.12', 'python', '3.12'],
  ['python:3.11-slim@sha256:0123', 'python', '3.11'],
  ['ruby:3.3', 'ruby', '3.3'],
])('%s is %s %s', (image, family, version) => {
  expect(runtimeOf(image)).toEqual({
    kind: 'runtime',
    family,
    ...(version !== undefined && { version }),
  });
});

test.each(['debian:bookworm', 'ubuntu', 'alpine:3', 'scratch', 'bash:5', 'busybox'])(
  '%s is a shell of this machine',
  (image) => {
    expect(runtimeOf(image)).toEqual({ kind: 'runtime', family: 'shell' });
  },
);

test.each(['nginx', 'me/node:20', 'localhost:5000/python', 'ghcr.io/x/ruby:3', ''])(
  '%j is refused with a way out',
  (image) => {
    expect(runtimeOf(image)).toMatchObject({
      kind: 'refused',
      help: expect.stringContaining('--engine docker') as string,
    });
  },
);
