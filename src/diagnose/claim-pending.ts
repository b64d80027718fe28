import { claimVolumes, hasVolume } from './claim-volumes.ts';
import type { ClaimFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

/** Providers take a while to make a disk. */
const PATIENCE_MS = 90_000;
/** A cluster looks every 15 seconds, a busy one later, whether a volume that was not free before is free now. */
const BINDING_MS = 60_000;

/** A claim for storage gets no volume. */
export function claimPending(claim: ClaimFacts): Trouble | undefined {
  const { name, phase, storageClass, classes, ageMs, warnings } = claim;
  const title = `PersistentVolumeClaim/${name}`;
  if (phase === 'Lost') return { verdict: 'fatal', finding: lost(title) };
  if (phase !== 'Pending') return undefined;
  const noVolume = claimVolumes(claim);
  if (noVolume !== undefined) return { verdict: 'fatal', settleMs: 3000, finding: noVolume };
  // A volume of that name of a class will do, whether or not there is such a class.
  const isBinding = hasVolume(claim);
  const noClass = isBinding ? undefined : classOf(claim, title);
  const proof = warnings.at(-1)?.message;
  const isStatic = storageClass === '';
  // A volume that is made by hand may be among what is applied.
  if (noClass !== undefined)
    return {
      verdict: 'fatal',
      settleMs: 3000,
      finding: { ...noClass, ...(proof !== undefined && { proof: [proof] }) },
    };
  if (
    classes?.find((each) => isOf(each, storageClass))?.waitsForPod === true &&
    proof === undefined
  ) {
    return undefined;
  }
  const isLate = isBinding || ageMs > PATIENCE_MS || (isStatic && ageMs > 15_000);
  return {
    verdict: isLate ? 'fatal' : 'hopeful',
    settleMs: isBinding ? BINDING_MS : 3000,
    finding: {
      code: 'kubernetes/claim-pending',
      service: title,
      cause: `${title} (${claim.size}) has no volume yet`,
      ...(proof !== undefined && { proof: [proof] }),
      fix: [
        isStatic
          ? 'storageClassName: "" takes only volumes that exist: compare size, accessModes and storageClassName with kubectl get pv.'
          : 'Look at the provisioner of its class, and at the quota of your provider.',
      ],
    },
  };
}

function lost(title: string): Trouble['finding'] {
  return {
    code: 'kubernetes/claim-lost',
    service: title,
    cause: `${title} has lost the volume that held its data`,
    fix: ['Bring the PersistentVolume back, or restore the data from a backup into a new claim.'],
  };
}

function isOf(
  each: { readonly name: string; readonly isDefault: boolean },
  wanted?: string,
): boolean {
  return wanted === undefined ? each.isDefault : each.name === wanted;
}

/** The claim asks for a class that the cluster does not have, or for the default where there is none. */
function classOf(
  { storageClass, classes }: ClaimFacts,
  title: string,
): Trouble['finding'] | undefined {
  if (classes === undefined || storageClass === '') return undefined;
  if (classes.some((each) => isOf(each, storageClass))) return undefined;
  const names = classes.map(({ name }) => name).join(', ');
  const known =
    names === '' ? 'The cluster has no storage class at all.' : `Classes here: ${names}.`;
  return storageClass === undefined
    ? {
        code: 'kubernetes/storage-class-missing',
        service: title,
        cause: `${title} names no storage class, and the cluster has no default one`,
        fix: [`${known} Write one under storageClassName.`],
      }
    : {
        code: 'kubernetes/storage-class-missing',
        service: title,
        cause: `${title} asks for the storage class "${storageClass}", which the cluster does not have`,
        fix: [`${known} Correct storageClassName, or leave it out for the default.`],
      };
}
