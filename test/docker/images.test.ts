import { describe, expect, test } from 'vitest';

import { officialNames } from '../beds/docker/images.ts';
import { buildFacts } from '../engine/build-facts.ts';
import { containersOf } from '../engine/containers.ts';
import { dockerUnderTest } from '../engine/engine-under-test.ts';

const engine = await dockerUnderTest();
const { client } = engine;
const { run } = containersOf(engine);

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
});

buildFacts(engine);
