import { expect, test } from 'vitest';

import { renderVerdicts, verdictsToJson } from './render-verdicts.ts';

const text = 'a:\nb:\nc:\n';
const at = (start: number) => ({ file: '/p/compose.yaml', start, end: start + 1 });
const keys = [
  { key: 'services.*.image', verdict: 'honoured', places: [at(0), at(3), at(6), at(6)] },
  { key: 'services.*.cap_add', verdict: 'ignored', why: 'no rights', places: [at(3)] },
  { key: 'services.*.use_api_socket', verdict: 'refused', why: 'no engine', places: [at(6)] },
] as const;
const sources = new Map([['/p/compose.yaml', text]]);

test('what is refused comes first, each with its reason and its lines', () => {
  const options = { color: false, cwd: '/p', sources, engine: 'kubernetes' };
  expect(renderVerdicts(keys, options)).toBe(
    [
      'KUBERNETES   KEY                         WHERE                     WHY',
      'refused      services.*.use_api_socket   compose.yaml:3            no engine',
      'ignored      services.*.cap_add          compose.yaml:2            no rights',
      'honoured     services.*.image            compose.yaml:1, 2, 3 +1',
      '',
      '3 keys: 1 honoured, 1 ignored, 1 refused',
      '',
    ].join('\n'),
  );
});

test('as JSON every place has its line and column', () => {
  expect(verdictsToJson(keys.slice(1, 2), sources)).toEqual([
    {
      key: 'services.*.cap_add',
      verdict: 'ignored',
      why: 'no rights',
      places: [{ file: '/p/compose.yaml', line: 2, column: 1 }],
    },
  ]);
});
