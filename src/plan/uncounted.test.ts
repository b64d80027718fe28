import { expect, test } from 'vitest';

import type { Comparison } from '../model/observed.ts';
import type { ServiceName } from '../model/project.ts';
import { planUp } from './plan-up.ts';
import {
  named,
  nothing,
  observed,
  options,
  project,
  replica,
  running,
  service,
} from './testing/projects.ts';

const web = service('web');
const limits = {
  services: new Map([
    [named('web'), { canOverlap: true, maxReplicas: Infinity, keepsCopies: true }],
  ]),
};

const uncounted = (applied: string | undefined): ReadonlyMap<ServiceName, string | undefined> =>
  new Map([[named('web'), applied]]);

function planned(now: Comparison, more: Partial<typeof options> = {}): readonly string[] {
  return planUp(project(web), now, { ...options, limits, wait: true, ...more }).steps.map(
    ({ id, because }) => (because === undefined ? id : `${id}: ${because}`),
  );
}

const started = (because: string): readonly string[] => [
  'prepare web',
  `start web 1: ${because}`,
  'await web ready',
];

test('a service that lives elsewhere needs nothing while its name leads there', () => {
  expect(planned({ ...nothing, uncounted: uncounted('f-web') })).toEqual([]);
});

test('its name is made, and made to lead to another place', () => {
  expect(planned({ ...nothing, uncounted: uncounted('') })).toEqual(started('new'));
  expect(planned({ ...nothing, uncounted: uncounted('other') })).toEqual(started('changed'));
  const never = planned({ ...nothing, uncounted: uncounted('other') }, { recreate: 'never' });
  expect(never).toEqual([]);
});

test('a service in the pods of another one is applied with that one', () => {
  expect(planned({ ...nothing, uncounted: uncounted(undefined) })).toEqual([]);
});

test('copies that another program counts are as they should be, many or none', () => {
  const three = observed(...[1, 2, 3].map((number) => replica('web', running('healthy'), number)));
  expect(planned(three)).toEqual(started('scaled'));
  expect(planned({ ...three, uncounted: uncounted('f-web') })).toEqual([]);
  expect(planned({ ...nothing, uncounted: uncounted('f-web') })).toEqual([]);
});
