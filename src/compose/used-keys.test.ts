import { expect, test } from 'vitest';

import { composeFile } from './language/compose-file.ts';
import { parseYaml } from './parse-yaml.ts';
import { usedKeys } from './used-keys.ts';

const text =
  'services: {web: {image: x, ports: ["80:80"], use_api_socket: true, network_mode: host}, db: {image: y, x-mine: z}}\n';

test('every key that is used has a verdict, with every place', () => {
  const [root] = parseYaml(text, 'a').documents;
  const keys = root === undefined ? [] : usedKeys(root, composeFile, 'kubernetes');
  expect(keys.map(({ key, verdict, places }) => `${verdict} ${key} ${places.length}`)).toEqual([
    'honoured services 1',
    'honoured services.*.image 2',
    'honoured services.*.ports 1',
    'refused services.*.use_api_socket 1',
    'honoured services.*.network_mode 1',
  ]);
});
