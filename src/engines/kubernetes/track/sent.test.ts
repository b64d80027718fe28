import { expect, test } from 'vitest';

import type { KubernetesObject } from '../object.ts';
import { Sent } from './sent.ts';

function deployment(uid: string, generation?: number): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid,
      ...(generation !== undefined && { generation }),
    },
  };
}

test.each([
  ['a version before the change', deployment('a', 1), true],
  ['the version of the change', deployment('a', 2), false],
  ['a later version', deployment('a', 3), false],
  ['one of the same name that was deleted for it', deployment('b', 7), true],
])('%s', (_, seen, isOlder) => {
  const sent = new Sent();
  sent.note(deployment('a', 2));
  expect(sent.isOlder(seen)).toBe(isOlder);
});

test('what was not changed is never too old', () => {
  expect(new Sent().isOlder(deployment('a', 1))).toBe(false);
});
