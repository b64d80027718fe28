import { expect, test } from 'vitest';

import { askOverTcp, asksSocket } from './ask-over-tcp.ts';

test.each([
  [
    ['CMD', 'pg_isready'],
    ['pg_isready', '-h', '127.0.0.1'],
  ],
  [
    ['CMD', '/usr/bin/pg_isready', '-U', 'app'],
    ['/usr/bin/pg_isready', '-h', '127.0.0.1', '-U', 'app'],
  ],
  [['CMD-SHELL', 'pg_isready'], ['pg_isready -h 127.0.0.1']],
  [
    ['CMD-SHELL', 'pg_isready -U app && psql -U app -c "select 1"'],
    ['pg_isready -h 127.0.0.1 -U app && psql -U app -c "select 1"'],
  ],
  [
    ['CMD', 'sh', '-c', 'command -v pg_isready && pg_isready -U app'],
    ['sh', '-c', 'command -v pg_isready && pg_isready -h 127.0.0.1 -U app'],
  ],
])('%j asks over TCP', (check, words) => {
  expect(asksSocket(check)).toBe(true);
  expect(askOverTcp(check).flat()).toEqual(words);
});

test.each([
  [['CMD', 'pg_isready', '-h', 'localhost']],
  [['CMD', 'pg_isready', '--host=db']],
  [['CMD-SHELL', 'pg_isready -U app -h 127.0.0.1']],
  [['CMD-SHELL', 'PGHOST=db pg_isready']],
  [['CMD', 'pg_isready', '-d', 'postgres://db/shop']],
  [['CMD-SHELL', 'curl -f http://localhost/']],
  [['CMD', 'redis-cli', 'ping']],
])('%j stays as it is', (check) => {
  expect(asksSocket(check)).toBe(false);
  expect(askOverTcp(check).flat()).toEqual(check.slice(1));
});
