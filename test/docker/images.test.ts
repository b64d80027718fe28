import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { officialNames } from '../beds/docker/images.ts';
import { containersOf } from '../engine/containers.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

const engine = await dockerUnderTest();
const { client } = engine;
const { build, run } = containersOf(engine);

describe.skipIf(!engine.isUp)('images of the Docker bed', () => {
  test.each(officialNames)('%s is there', async (name) => {
    const id = await client(['image', 'inspect', '--format', '{{.Id}}', name]);
    expect(id).toMatch(/^sha256:/);
  });

  test.each([
    ['node:20', ['node', '--version'], /^v20\./],
    ['node:20', ['npm', '--version'], /^10\./],
    ['node:20', ['--print', '6 * 7'], /^42$/],
    ['python:3.13', ['python', '--version'], /^Python 3\.13\./],
    ['python:3.13', ['pip', '--version'], /python 3\.13/],
    ['postgres:17', ['postgres', '--version'], /^postgres \(PostgreSQL\) 17\./],
    ['busybox', ['echo', 'here'], /^here$/],
  ])('in %s, %j answers', async (image, args, wanted) => {
    expect((await run([image, ...args])).trim()).toMatch(wanted);
  });

  test('a Dockerfile that installs from Debian, PyPI and npm builds unchanged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bed-build-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, 'Dockerfile'),
      [
        'FROM python:3.13-slim AS python',
        'RUN apt-get update && apt-get install -y --no-install-recommends netcat-openbsd',
        'RUN pip install --no-cache-dir six==1.16.0 && python -c "import six"',
        'FROM node:20-slim',
        'RUN npm install --prefix /app is-number@7.0.0',
        'COPY --from=python /usr/bin/nc.openbsd /usr/bin/nc',
      ].join('\n'),
    );
    const image = await build(folder);
    const answer = await run([image, 'ls', '/app/node_modules']);
    expect(answer.trim()).toBe('is-number');
  });
});
