import { expect, test } from 'vitest';

import { claimPending } from './claim-pending.ts';
import type { ClaimFacts, VolumeFacts } from './kubernetes-facts.ts';

const claim: ClaimFacts = {
  name: 'data',
  namespace: 'shop',
  phase: 'Pending',
  storageClass: 'manual',
  size: '1Gi',
  accessModes: ['ReadWriteOnce'],
  classes: [],
  ageMs: 4000,
  warnings: [],
};
const volume: VolumeFacts = {
  name: 'pv',
  phase: 'Available',
  size: '1Gi',
  isLargeEnough: true,
  accessModes: ['ReadWriteOnce'],
};
const kept = { namespace: 'shop', name: 'data' };

test.each<[string, readonly VolumeFacts[], RegExp]>([
  [
    'the volume of an earlier claim of this name',
    [{ ...volume, phase: 'Released', keptFor: kept }],
    /pv still holds the data of an earlier claim of this name/,
  ],
  [
    'the only volume of the class, of another claim',
    [{ ...volume, phase: 'Released', keptFor: { namespace: 'old', name: 'db' } }],
    /of the claim old\/db/,
  ],
  ['a volume that is too small', [{ ...volume, size: '500Mi', isLargeEnough: false }], /no volume/],
  ['a volume of another access mode', [{ ...volume, accessModes: ['ReadOnlyMany'] }], /no volume/],
  [
    'a volume that another claim has',
    [{ ...volume, phase: 'Bound', keptFor: { namespace: 'old', name: 'db' } }],
    /no volume/,
  ],
])('%s is told, and nothing is waited for', (...[, volumes, words]) => {
  const trouble = claimPending({ ...claim, volumes });
  expect(trouble?.verdict).toBe('fatal');
  expect(trouble?.finding.cause).toMatch(words);
  expect(trouble?.finding.fix?.[0]).toBeDefined();
});

test('the way back to the data names the volume, and leaves it to this claim only', () => {
  const own = claimPending({
    ...claim,
    volumes: [{ ...volume, phase: 'Released', keptFor: kept }],
  });
  expect(own?.finding.fix?.[0]).toBe(
    `To go on with that data: kubectl patch persistentvolume pv --type=merge --patch '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}'`,
  );
  const other = claimPending({
    ...claim,
    volumes: [{ ...volume, phase: 'Released', keptFor: { namespace: 'old', name: 'db' } }],
  });
  expect(other?.finding.fix?.[0]).toContain('{"namespace":"shop","name":"data","uid":null');
});

test('of volumes that do not fit each is said why', () => {
  const trouble = claimPending({
    ...claim,
    volumes: [
      { ...volume, size: '500Mi', isLargeEnough: false },
      { ...volume, name: 'other', accessModes: ['ReadOnlyMany'] },
      { ...volume, name: 'taken', phase: 'Bound', keptFor: { namespace: 'old', name: 'db' } },
    ],
  });
  expect(trouble?.finding.proof).toEqual([
    'PersistentVolume/pv: has 500Mi, and 1Gi is asked for',
    'PersistentVolume/other: does not have the access mode ReadWriteOnce',
    'PersistentVolume/taken: is for the claim old/db',
  ]);
});

test.each<[string, Partial<ClaimFacts>]>([
  ['a volume that fits will be bound', { volumes: [volume] }],
  [
    'a volume that is kept for the claim will be bound',
    { volumes: [{ ...volume, keptFor: kept }] },
  ],
  ['no volume at all is another trouble', { volumes: [] }],
  ['volumes that may not be listed are none', {}],
  [
    'a class that makes volumes is not asked for one by hand',
    {
      storageClass: 'standard',
      classes: [{ name: 'standard', isDefault: true, waitsForPod: true }],
      volumes: [{ ...volume, phase: 'Bound', keptFor: { namespace: 'a', name: 'b' } }],
    },
  ],
])('%s', (...[, facts]) => {
  expect(claimPending({ ...claim, ...facts })?.finding.code).not.toBe('kubernetes/volume-released');
  expect(claimPending({ ...claim, ...facts })?.finding.cause ?? '').not.toMatch('no volume that');
});

test.each<[string, Partial<ClaimFacts>]>([
  ['of a class that is none', {}],
  ['of no class, that is old already', { storageClass: '', ageMs: 200_000 }],
])('a claim %s, with a volume that fits, has a minute to get it', (...[, facts]) => {
  const trouble = claimPending({ ...claim, ...facts, volumes: [volume] });
  expect(trouble?.finding.code).toBe('kubernetes/claim-pending');
  expect(trouble?.settleMs).toBe(60_000);
});
