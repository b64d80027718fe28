import { expect, test } from 'vitest';

import { withChanges } from './with-changes.ts';

test('a copy has the other values, and what was there is as it was', () => {
  const before = { name: 'web', replicas: 1 };
  expect(withChanges(before, { replicas: 3 })).toEqual({ name: 'web', replicas: 3 });
  expect(before).toEqual({ name: 'web', replicas: 1 });
});

test('what is worked out late is asked for on the first, once somebody asks the copy, and copied with it', () => {
  let asked = 0;
  const before = {
    name: 'web',
    get digest(): string {
      asked += 1;
      return `of ${this.name}`;
    },
  };
  const copy = withChanges(withChanges(before, { name: 'api' }), {});
  expect(asked).toBe(0);
  expect({ ...copy }).toEqual({ name: 'api', digest: 'of web' });
  expect(asked).toBe(1);
  expect(withChanges(copy, { digest: 'other' })).toEqual({ name: 'api', digest: 'other' });
  expect(asked).toBe(1);
});
