import { expect, test } from 'vitest';

import type { ImageFacts } from '../model/translation.ts';
import { factsOf } from './image-facts.ts';

test.each<[string, string, Partial<ImageFacts>]>([
  ['a user by number', 'FROM x\nUSER 1000:1001\n', { user: '1000:1001' }],
  [
    'a user who is made with a number',
    'FROM x\nRUN useradd -m -u 1234 app && true\nUSER app\n',
    { user: '1234' },
  ],
  [
    'a number that is an argument',
    'FROM x\nARG UID=10001\nRUN adduser --disabled-password --uid "${UID}" app\nUSER app\n',
    { user: '10001' },
  ],
  [
    'a user of the stage below',
    'FROM x AS base\nUSER node\nFROM base\nCMD ["a"]\n',
    { user: 'node', command: ['a'] },
  ],
  ['no user where none is said', 'FROM x\n', {}],
  [
    'ports, also by variable',
    'FROM x\nENV PORT=9000\nEXPOSE 80 53/udp $PORT\n',
    { ports: ['80', '53/udp', '9000'] },
  ],
  ['a line for the shell', 'FROM x\nCMD node a.js\n', { command: ['/bin/sh', '-c', 'node a.js'] }],
  [
    'an entry point drops the command below',
    'FROM x AS a\nCMD ["b"]\nFROM a\nENTRYPOINT ["c"]\n',
    { entrypoint: ['c'] },
  ],
])('a Dockerfile says %s', (_, text, facts) => {
  expect(factsOf(text, { args: new Map() })).toEqual({ ports: [], ...facts });
});

test('a healthcheck can be switched off again', () => {
  const on = 'FROM x AS a\nHEALTHCHECK CMD ["true"]\n';
  const options = { args: new Map() };
  expect(factsOf(on, options).healthcheck?.test).toEqual(['CMD', 'true']);
  expect(factsOf(`${on}FROM a\nHEALTHCHECK NONE\n`, options).healthcheck).toBeUndefined();
});

test('the stage that is asked for is what counts', () => {
  const text = 'FROM x AS one\nUSER 1\nFROM x AS two\nUSER 2\n';
  expect(factsOf(text, { args: new Map(), target: 'one' }).user).toBe('1');
});
