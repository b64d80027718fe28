import { expect, test } from 'vitest';

import { placeNamed, type Written } from './place-named.ts';

function written(...texts: readonly string[]): readonly Written[] {
  return texts.map((text, index) => ({ text, at: { file: 'web.yaml', start: index, end: index } }));
}

const texts = ['web', 'busybox', 'example.com/web:2', 'example.com/web', 'settings', '3', 'or'];

test.each<[string, number | undefined]>([
  ['image example.com/web:2 does not exist', 2],
  ['example.com/web: the registry says no', 3],
  ['container web needs the Secret "settings"', 4],
  ['Deployment/web is not ready', undefined],
  ['it ends with exit code 3 or so', undefined],
  ['webserver and /web', undefined],
  ['', undefined],
])('what "%s" names is found', (cause, index) => {
  expect(placeNamed({ cause }, written(...texts))?.start).toBe(index);
});
