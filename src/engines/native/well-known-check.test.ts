import { expect, test } from 'vitest';

import { wellKnownCheck } from './well-known-check.ts';

const http = (url: string) => ({ kind: 'http', url, headers: {} });

test.each([
  [['CMD', 'curl', '-f', 'http://localhost:8080/healthz'], http('http://localhost:8080/healthz')],
  [['CMD', 'curl', '-fsS', 'localhost:8000'], http('http://localhost:8000')],
  [
    ['CMD-SHELL', 'curl -f http://localhost:8080/healthz || exit 1'],
    http('http://localhost:8080/healthz'),
  ],
  [
    ['CMD-SHELL', 'curl --fail --silent "http://127.0.0.1:80/a" || exit 1'],
    http('http://127.0.0.1:80/a'),
  ],
  [['CMD-SHELL', 'curl -fs -o /dev/null http://localhost/'], http('http://localhost/')],
  [
    ['CMD-SHELL', 'wget -qO- http://localhost:3000/health || exit 1'],
    http('http://localhost:3000/health'),
  ],
  [
    ['CMD', 'wget', '--no-verbose', '--tries=1', '--spider', 'http://localhost:9000/'],
    http('http://localhost:9000/'),
  ],
  [['CMD', 'nc', '-z', 'localhost', '6379'], { kind: 'tcp', host: 'localhost', port: 6379 }],
  [['CMD-SHELL', 'nc -zv localhost 6379'], { kind: 'tcp', host: 'localhost', port: 6379 }],
] as const)('%j needs no program', (...[check, probe]) => {
  expect(wellKnownCheck(check)).toEqual(probe);
});

test.each([
  [['CMD', 'curl', 'http://localhost:8080/'], 'without -f an answer of 500 is healthy to curl'],
  [['CMD-SHELL', 'curl -f http://localhost:$PORT/'], 'the shell would put a variable in'],
  [['CMD-SHELL', 'curl -f http://localhost/ && test -f /tmp/ok'], 'there is a second command'],
  [['CMD-SHELL', 'curl -f http://localhost/ | grep ok'], 'the answer is looked at'],
  [['CMD', 'curl', '-f', '-H', 'Host: a', 'http://localhost/'], 'an option that is not known'],
  [['CMD', 'curl', '-f', 'https://localhost/'], 'certificates are the program’s own business'],
  [['CMD', 'python', '-c', 'import urllib'], 'another program'],
] as const)('%j runs as it is, for %s', (...[check]) => {
  expect(wellKnownCheck(check)).toBeUndefined();
});
