import { expect, test } from 'vitest';

import type { ObservedVolume } from '../model/observed-volume.ts';
import { renderVolumes, volumeHints } from './volumes.ts';

const folder: ObservedVolume = {
  name: 'shop_data',
  services: ['db'],
  state: 'present',
  isExternal: false,
  place: '/home/me/.local/share/bowline/volumes/local/shop_data',
  used: { kind: 'counted', bytes: 38_640_000 },
};
const claim: ObservedVolume = {
  name: 'data-db-0',
  services: ['db', 'backup'],
  state: 'bound',
  isExternal: false,
  sizeBytes: 10 * 2 ** 30,
  place: 'pvc-6d9c1c9e-5a77-4d2f-9a0e-4d27f1f52b6a',
  source: 'hostPath /data/shop',
  class: 'standard',
  accessModes: ['ReadWriteOnce'],
  reclaim: 'Retain',
  used: { kind: 'unknown', hint: 'no kubelet counts in a hostPath volume' },
};
const external: ObservedVolume = {
  name: 'media',
  services: [],
  state: 'absent',
  isExternal: true,
};

test('a column that no volume has anything for is left out', () => {
  expect(renderVolumes([folder])).toBe(
    `NAME        SERVICES   USED      PLACE
shop_data   db         38.6 MB   /home/me/.local/share/bowline/volumes/local/shop_data
`,
  );
});

test('a claim of a cluster is told with its volume', () => {
  expect(renderVolumes([claim, external])).toBe(
    `NAME        SERVICES     STATE                    SIZE   USED   RECLAIM   ACCESS   CLASS      PLACE
data-db-0   db, backup   bound                    10Gi   -      Retain    RWO      standard   pvc-6d9c1c9e-5a77-4d2f-9a0e-4d27f1f52b6a (hostPath /data/shop)
media                    not made yet, external
`,
  );
});

test.each([200, 120, 80, 60, 40, 20])('fits into %d columns', (width) => {
  for (const line of renderVolumes([folder, claim, external], { width }).split('\n'))
    expect(line.length).toBeLessThanOrEqual(width);
});

test.each([
  [0, '0'],
  [512, '512'],
  [10 * 2 ** 20, '10Mi'],
  [1e10, '9.3Gi'],
  [2 ** 60, '1024Pi'],
])('a size of %d bytes is written as a claim does: %s', (sizeBytes, words) => {
  expect(renderVolumes([{ ...claim, sizeBytes }]).split('\n')[1]).toContain(` ${words} `);
});

test('what matters most stays in a narrow terminal', () => {
  expect(renderVolumes([claim], { width: 60 })).toBe(
    `NAME        SERVICES     STATE   SIZE   USED   RECLAIM
data-db-0   db, backup   bound   10Gi   -      Retain
`,
  );
});

test('a figure that is missing or too small has a hint', () => {
  const huge: ObservedVolume = {
    ...folder,
    used: { kind: 'at-least', bytes: 5e9, hint: 'counting was stopped after 5 s' },
  };
  expect(volumeHints([folder, claim, huge])).toEqual([
    'data-db-0: no kubelet counts in a hostPath volume',
    'shop_data: counting was stopped after 5 s',
  ]);
  expect(renderVolumes([huge])).toContain('more than 5.0 GB');
});

test('a hostile name steers no terminal', () => {
  const name = 'a\u001B[31m\nb';
  expect(renderVolumes([{ ...folder, name }]).split('\n')[1]).toMatch(/^a␛\[31m b /);
});
