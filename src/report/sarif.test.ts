import { expect, test } from 'vitest';

import type { Diagnostic } from '../model/diagnostic.ts';
import { toSarif } from './sarif.ts';

const text = 'services:\n  web: {imge: x}\n';
const at = { file: '/p/my compose.yaml', start: 18, end: 22 };
const diagnostic: Diagnostic = {
  code: 'compose/unknown-key',
  severity: 'error',
  message: 'there is no key imge',
  help: 'Did you mean image?',
  at,
  related: [{ message: 'see here', at: { file: '/q/a.yaml', start: 0, end: 1 } }],
  fix: { title: 'write image', edits: [{ at, text: 'image' }] },
};
const options = {
  version: '1.2.3',
  cwd: '/p',
  uriOf: (path: string) => `file://${path}`,
  sources: new Map([[at.file, text]]),
  pages: [
    {
      code: diagnostic.code,
      title: 'A key',
      text: '# page\n\nSee `x`, [another](../native/x.md) and [the format](https://yaml.org).\n',
    },
  ],
  silenced: [
    {
      diagnostic: { ...diagnostic, severity: 'warning' as const, fix: { title: '', edits: [] } },
      silence: { codes: [diagnostic.code], reason: 'because', at, covers: at },
    },
  ],
};

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations?: readonly unknown[];
    }[];
  }[];
}

test('a result has its rule, its region, its fix, and what silences it', () => {
  const { runs } = toSarif([diagnostic], options) as unknown as Log;
  const region = {
    startLine: 2,
    startColumn: 9,
    endLine: 2,
    endColumn: 13,
    charOffset: 18,
    charLength: 4,
  };
  const artifactLocation = { uri: 'my%20compose.yaml', uriBaseId: 'SRCROOT' };
  expect(runs[0]?.results).toMatchObject([
    {
      ruleId: 'compose/unknown-key',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'there is no key imge. Did you mean image?' },
      locations: [{ physicalLocation: { artifactLocation, region } }],
      relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'file:///q/a.yaml' } } }],
      fixes: [
        {
          artifactChanges: [
            {
              artifactLocation,
              replacements: [{ deletedRegion: region, insertedContent: { text: 'image' } }],
            },
          ],
        },
      ],
    },
    { level: 'warning', suppressions: [{ kind: 'inSource', justification: 'because' }] },
  ]);
});

test('the log has the shape that SARIF 2.1.0 asks for', () => {
  const log = toSarif([diagnostic, { ...diagnostic, code: 'native/x' }], options) as unknown as Log;
  expect(log.version).toBe('2.1.0');
  for (const { tool, results } of log.runs) {
    const { rules } = tool.driver;
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { ruleId, ruleIndex, level, message } of results) {
      expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning']).toContain(level);
      expect(message.text.length).toBeGreaterThan(0);
    }
  }
  expect(JSON.parse(JSON.stringify(log))).toEqual(log);
});

test('what has no place has no location', () => {
  const { runs } = toSarif([{ code: 'compose/no-file', severity: 'error', message: 'x' }], {
    ...options,
    silenced: [],
  }) as unknown as Log;
  expect(runs[0]?.results[0]?.locations).toBe(undefined);
});

test('a rule brings its page along, and no address that only this machine has', () => {
  const { runs } = toSarif([diagnostic], options) as unknown as Log;
  expect(runs[0]?.tool.driver.rules).toEqual([
    {
      id: diagnostic.code,
      shortDescription: { text: 'A key' },
      help: {
        text: 'page\n\nSee `x`, another and the format (https://yaml.org).\n',
        markdown: '# page\n\nSee `x`, another and [the format](https://yaml.org).\n',
      },
    },
  ]);
});
