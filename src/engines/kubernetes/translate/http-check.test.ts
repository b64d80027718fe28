import { expect, test } from 'vitest';

import type { Healthcheck } from '../../../model/healthcheck.ts';
import { httpCheckOf } from './http-check.ts';

const found = (port: number, path: string, host = 'localhost') => ({
  scheme: 'HTTP',
  host,
  port,
  path,
});

test.each<[Healthcheck['test'], unknown]>([
  [['CMD', 'curl', '-f', 'http://localhost:8000/healthz'], found(8000, '/healthz')],
  [['CMD-SHELL', 'curl -fsS http://127.0.0.1:80/ || exit 1'], found(80, '/', '127.0.0.1')],
  [['CMD-SHELL', "wget -qO- 'http://localhost:3000/ready?a=b'"], found(3000, '/ready?a=b')],
  [['CMD', 'wget', '--spider', 'http://localhost'], found(80, '/')],
  [['CMD', 'curl', '-fk', 'https://localhost/x'], { ...found(443, '/x'), scheme: 'HTTPS' }],
])('%j is a request that the kubelet can make', (check, http) => {
  expect(httpCheckOf(check)).toEqual(http);
});

test.each<[Healthcheck['test']]>([
  [['CMD', 'curl', 'http://localhost/']],
  [['CMD-SHELL', 'curl -f http://localhost/ | grep ok']],
  [['CMD-SHELL', 'curl -f http://localhost/$PATH']],
  [['CMD', 'curl', '-f', '-H', 'X: y', 'http://localhost/']],
  [['CMD', 'curl', '-f', 'http://other/']],
  [['CMD', 'curl', '-f', 'http://localhost:99999/']],
  [['CMD-SHELL', 'curl -f http://localhost/a && curl -f http://localhost/b']],
  [['CMD', 'pg_isready']],
])('%j stays a command', (check) => {
  expect(httpCheckOf(check)).toBeUndefined();
});
