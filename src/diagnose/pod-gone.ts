import type { PodFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

/** A pod was thrown off its node, or its volume is still held elsewhere. */
export function podGone(pod: PodFacts): Trouble | undefined {
  const { owner, phase, reason, message = '', warnings, ready } = pod;
  if (phase === 'Failed' && reason === 'Evicted') {
    return {
      verdict: 'hopeful',
      finding: {
        code: 'kubernetes/evicted',
        service: owner,
        cause: `${owner}: the node ran short of something and threw the pod off`,
        proof: [message],
        fix: [
          'Ask for what it needs under resources.requests, so that it goes where there is enough.',
        ],
      },
    };
  }
  const attach = warnings.findLast((each) => each.reason === 'FailedAttachVolume');
  if (attach === undefined || ready) return undefined;
  return {
    verdict: attach.ageMs > 120_000 ? 'fatal' : 'hopeful',
    finding: {
      code: 'kubernetes/volume-attached',
      service: owner,
      cause: `${owner}: its volume cannot be attached to the node`,
      proof: [attach.message],
      fix: [
        'A ReadWriteOnce volume serves one node: wait for the old pod to go, or write strategy: { type: Recreate }.',
      ],
    },
  };
}
