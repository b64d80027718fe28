import { expect, test } from 'vitest';

import { parseServiceName, type ServiceName } from '../../model/project.ts';
import type { KubernetesObject } from './object.ts';
import { byOwner, ownerOf } from './parts.ts';

const names = new Map<ServiceName, string>(
  ['web', 'web-api', 'my_db'].flatMap((name) => {
    const service = parseServiceName(name);
    return service === undefined ? [] : [[service, name.replace('_', '-')]];
  }),
);

function labelled(label: string | undefined): KubernetesObject {
  const labels = label === undefined ? {} : { 'app.kubernetes.io/name': label };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', labels } };
}

test.each([
  ['web', 'web'],
  ['web-published', 'web'],
  ['web-api', 'web-api'],
  ['web-api-migrate', 'web-api'],
  ['web-apis', 'web'],
  ['my-db', 'my_db'],
  ['webs', undefined],
  ['-web', undefined],
  ['my', undefined],
  ['', undefined],
  [undefined, undefined],
])('what is called %s belongs to %s', (label, service) => {
  expect(ownerOf({ names }, labelled(label))).toBe(service);
});

test('objects keep their order among those of their service', () => {
  const [one, two, three] = [labelled('web-b'), labelled('other'), labelled('web-a')];
  const parts = [...byOwner({ names }, [one, two, three])];
  expect(parts).toEqual([
    ['web', [one, three]],
    [undefined, [two]],
  ]);
});
