import { describe, expect, test } from 'vitest';

import { ComposeError } from '../model/diagnostic.ts';
import type { Service } from '../model/project.ts';
import { forwardsOf } from './parse-forward.ts';

const at = { file: 'compose.yaml', start: 0, end: 0 };
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only these parts of a service are read
const web = {
  name: 'web',
  ports: [
    { target: 80, published: '8080', protocol: 'tcp', at },
    { target: 80, published: '8081', protocol: 'tcp', hostIp: '127.0.0.2', at },
    { target: 53, published: '53', protocol: 'udp', at },
    { target: 9000, published: '9000-9010', protocol: 'tcp', at },
  ],
} as unknown as Service;

describe('ports to forward', () => {
  test.each([
    ['80', { local: 80, remote: 80 }],
    ['3000:80', { local: 3000, remote: 80 }],
    [':80', { local: 0, remote: 80 }],
    ['8080', { local: 8080, remote: 80 }],
    ['5432', { local: 5432, remote: 5432 }],
  ])('%s is %o', (text, wanted) => {
    expect(forwardsOf(web, [text])).toEqual([wanted]);
  });

  test('are all that are published, each once, when none is named', () => {
    expect(forwardsOf(web, [])).toEqual([
      { local: 8080, remote: 80 },
      { local: 9000, remote: 9000 },
    ]);
  });

  test.each(['', '0', '80:', 'http', '1:2:3', '99999', '-1', '80 ', '65536:80'])(
    'are not "%s"',
    (text) => {
      expect(() => forwardsOf(web, [text])).toThrow(ComposeError);
    },
  );

  test('have to be named where none is published', () => {
    expect(() => forwardsOf({ ...web, ports: [] }, [])).toThrow('publishes no port');
  });
});
