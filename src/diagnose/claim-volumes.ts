import type { Finding } from '../model/finding.ts';
import type { ClaimFacts, VolumeFacts } from './kubernetes-facts.ts';

/**
 * A claim that waits for a volume that somebody makes by hand, and why none of those that exist is for it. Nothing where
 * the cluster makes volumes itself, or where the next look may find it bound.
 */
export function claimVolumes(claim: ClaimFacts): Finding | undefined {
  const { name, namespace, volumes = [] } = claim;
  const title = `PersistentVolumeClaim/${name}`;
  const own = volumes.find((volume) => isFor(volume, { namespace, name }));
  if (own?.phase === 'Released') return released(own, claim);
  const isByHand = claim.storageClass !== undefined && !makesVolumes(claim);
  if (!isByHand || volumes.length === 0 || hasVolume(claim)) return undefined;
  const [left] = volumes.filter(({ phase }) => phase === 'Released');
  if (left !== undefined && volumes.length === 1) return released(left, claim);
  return {
    code: 'kubernetes/claim-pending',
    service: title,
    cause: `no volume that exists fits ${title} (${claim.size}, ${claim.accessModes.join(', ')})`,
    proof: volumes.map((volume) => `PersistentVolume/${volume.name}: ${misfit(volume, claim)}`),
    fix: ['Change the claim or the volume so that they fit, or add a volume to the files.'],
  };
}

/** Is there a volume that it will be given at the cluster's next look? */
export function hasVolume(claim: ClaimFacts): boolean {
  return claim.volumes?.some((each) => misfit(each, claim) === undefined) === true;
}

function released({ name: volume, keptFor }: VolumeFacts, claim: ClaimFacts): Finding {
  const { namespace, name } = claim;
  const isSame = keptFor?.namespace === namespace && keptFor.name === name;
  const whose = isSame
    ? 'an earlier claim of this name'
    : `the claim ${keptFor?.namespace ?? ''}/${keptFor?.name ?? ''}`;
  // Without `uid` the volume is for whatever claim has this name, and for no other.
  const reference = { ...(!isSame && { namespace, name }), uid: null, resourceVersion: null };
  const patch = JSON.stringify({ spec: { claimRef: reference } });
  return {
    code: 'kubernetes/volume-released',
    service: `PersistentVolumeClaim/${name}`,
    cause: `PersistentVolume/${volume} still holds the data of ${whose}, which was deleted; no new claim gets it by itself`,
    fix: [
      `To go on with that data${isSame ? '' : ' here'}: kubectl patch persistentvolume ${volume} --type=merge --patch '${patch}'`,
      'To begin without it, delete the PersistentVolume and empty its folder or disk, or use another volume.',
    ],
  };
}

function makesVolumes({ storageClass, classes }: ClaimFacts): boolean {
  return classes === undefined || classes.some(({ name }) => name === storageClass);
}

function isFor(
  { keptFor }: VolumeFacts,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): boolean {
  return keptFor?.namespace === namespace && keptFor.name === name;
}

/** Undefined when the claim can have it. */
function misfit(volume: VolumeFacts, claim: ClaimFacts): string | undefined {
  const { phase, keptFor, size, isLargeEnough, accessModes } = volume;
  const whose = `${keptFor?.namespace ?? ''}/${keptFor?.name ?? ''}`;
  if (phase === 'Released') return `holds what the deleted claim ${whose} left`;
  if (keptFor !== undefined && !isFor(volume, claim)) return `is for the claim ${whose}`;
  if (!isLargeEnough) return `has ${size}, and ${claim.size} is asked for`;
  const missing = claim.accessModes.filter((mode) => !accessModes.includes(mode));
  return missing.length === 0 ? undefined : `does not have the access mode ${missing.join(', ')}`;
}
