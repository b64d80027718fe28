import { expect, test } from 'vitest';

import { processorsOf } from './pod-usage.ts';

test.each([
  ['2', 2],
  ['250m', 0.25],
  ['1500u', 0.0015],
  ['12345678n', 0.012345678],
  ['', 0],
])('%s is %d processors', (text, processors) => {
  expect(processorsOf(text)).toBeCloseTo(processors, 12);
});
