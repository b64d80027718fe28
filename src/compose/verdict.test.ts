import { expect, test } from 'vitest';

import { composeFile } from './language/compose-file.ts';
import { parseYaml } from './parse-yaml.ts';
import { verdictsOn } from './verdict.ts';

const text =
  'services: {web: {image: x, privileged: true, cap_add: [A], tty: false, volumes: ["./a:/a"], deploy: {resources: {limits: {cpus: 1}}}}}';
const found = (engine: 'native' | 'docker'): readonly string[] =>
  parseYaml(text, 'a').documents.flatMap((document) =>
    verdictsOn(document, composeFile, engine).map(
      ({ severity, at }) => `${severity} ${text.slice(at?.start, at?.end)}`,
    ),
  );

test('what an engine refuses is an error, what it ignores a warning, what asks for nothing neither', () => {
  expect(found('native')).toEqual(['error privileged', 'warning cap_add', 'warning limits']);
});

test('the engine that the file was written for honours it', () => {
  expect(found('docker')).toEqual([]);
});
