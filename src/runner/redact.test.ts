import { expect, test } from 'vitest';

import { redactor } from './redact.ts';

const redact = redactor(new Set(['hunter22', 'hunter22-long']));

test('a secret is masked wherever it stands', () => {
  expect(
    redact({ kind: 'note', level: 'info', text: 'password hunter22, then hunter22-long' }),
  ).toEqual({
    kind: 'note',
    level: 'info',
    text: 'password ‹secret›, then ‹secret›',
  });
});

test('a service’s own log lines are its own', () => {
  const line = { replica: 'shop-web-1', service: 'web', text: 'hunter22' };
  expect(redact({ kind: 'log', line })).toEqual({ kind: 'log', line });
});
