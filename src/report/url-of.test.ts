import { expect, test } from 'vitest';

import { urlOf } from './url-of.ts';

test.each([
  [{ host: '127.0.0.1', port: 8080, target: 80 }, 'http://127.0.0.1:8080/'],
  [{ host: '127.0.0.1', port: 80, target: 8000 }, 'http://127.0.0.1/'],
  [{ host: '::1', port: 8000, target: 8000 }, 'http://[::1]:8000/'],
  [{ host: '203.0.113.7', port: 443, target: 8000 }, 'https://203.0.113.7/'],
  [{ host: '127.0.0.1', port: 9443, target: 8443 }, 'https://127.0.0.1:9443/'],
  [
    { host: 'shop.example.com', port: 443, target: 80, scheme: 'https' as const },
    'https://shop.example.com/',
  ],
  [{ host: '127.0.0.1', port: 15_432, target: 5432 }, '127.0.0.1:15432'],
])('%o is %s', (address, wanted) => {
  expect(urlOf(address)).toBe(wanted);
});
