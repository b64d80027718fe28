import { spawnSync } from 'node:child_process';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { escapeForKubelet, shellWord } from './escape.ts';

/** As the kubelet reads a text: `$(NAME)` of a variable that it knows, `$$`, and everything else as it is. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
    whole === '$$' ? '$' : (variables.get(name ?? '') ?? whole),
  );
}

test('the kubelet makes the text that was written of what it is given', () => {
  const variables = new Map([['A', 'wrong']]);
  const text = fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', 'b', '{', '}') });
  fc.assert(
    fc.property(text, (written) => {
      expect(expand(escapeForKubelet(written), variables)).toBe(written);
    }),
  );
});

test('a dollar that means nothing to the kubelet stays single', () => {
  expect(escapeForKubelet('${HOME} costs $5')).toBe('${HOME} costs $5');
});

test('a shell reads a word as it was', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('\0')),
      (text) => {
        const { stdout } = spawnSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`]);
        expect(stdout.toString()).toBe(text);
      },
    ),
    { numRuns: 30 },
  );
});
