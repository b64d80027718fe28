import { expect, test } from 'vitest';

import { masker, secretsIn } from './secrets.ts';

test('what is secret is told by the names of variables and by passwords in addresses', () => {
  expect(
    secretsIn([
      ['NPM_TOKEN', 'npm_7f3a91'],
      ['DATABASE_URL', 'postgres://app:hunter22@db/app'],
      ['PORT', '8080-is-no-secret'],
      ['SECRET_KEY_FILE', '/run/secrets/key'],
      ['SHORT_TOKEN', 'app'],
    ]),
  ).toEqual(['npm_7f3a91', 'hunter22']);
});

test('a key of many lines is masked as a whole and line by line, as programs print it', () => {
  const lines = ['-----BEGIN KEY-----', 'MIIEvQIBADANBgkqhkiG9w', 'short', '-----END KEY-----'];
  const mask = masker(new Set(secretsIn([['SIGNING_KEY', lines.join('\n')]])));
  expect(mask(`key: ${lines.join('\n')}`)).toBe('key: ‹secret›');
  expect(lines.map(mask)).toEqual(['‹secret›', '‹secret›', 'short', '‹secret›']);
});
