import type { PodFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

/** An autoscaler may add a node; this long it is given. */
const PATIENCE_MS = 60_000;

interface Case {
  readonly words: RegExp;
  readonly cause: string;
  readonly fix: string;
  /** No new node would change it. */
  readonly hopeless?: boolean;
}

const CASES: readonly Case[] = [
  {
    words: /persistentvolumeclaim "([^"]+)" not found/i,
    cause: 'it mounts the claim "$1", which does not exist',
    fix: 'Add the PersistentVolumeClaim to the files, or correct claimName.',
    hopeless: true,
  },
  {
    words: /unbound immediate PersistentVolumeClaims/i,
    cause: 'a claim that it mounts has no volume',
    fix: 'See the claim: kubectl describe pvc.',
  },
  {
    words: /Insufficient (cpu|memory|ephemeral-storage|pods|[\w./-]+)/i,
    cause: 'no node has enough free $1',
    fix: 'Ask for less under resources.requests, take something else down, or add a node.',
  },
  {
    words: /didn't match Pod's node affinity\/selector|node\(s\) didn't match/i,
    cause: 'no node has the labels that nodeSelector or affinity ask for',
    fix: 'Compare with kubectl get nodes --show-labels.',
  },
  {
    words: /untolerated taint\(?s?\)?(?: \{([^}]*)\})?/i,
    cause: 'every node has a taint that it does not tolerate',
    fix: 'Add a toleration, or take the taint from a node.',
  },
  {
    words: /didn't have free ports/i,
    cause: 'its hostPort is taken on every node',
    fix: 'Use a Service instead of hostPort, or run fewer copies.',
  },
  {
    words: /volume node affinity conflict/i,
    cause: 'its volume is on another node or in another zone than where it may run',
    fix: 'Let it run where the volume is, or make the volume anew where it may run.',
  },
];

/** No node takes a pod. */
export function unschedulable(pod: PodFacts): Trouble | undefined {
  const { unscheduled, owner, ageMs } = pod;
  if (unscheduled === undefined) return undefined;
  const matched = CASES.map((each) => ({ ...each, found: each.words.exec(unscheduled) })).find(
    ({ found }) => found !== null,
  );
  const cause = matched?.cause.replace('$1', matched.found?.[1] ?? '') ?? 'no node takes it';
  return {
    verdict: matched?.hopeless === true || ageMs > PATIENCE_MS ? 'fatal' : 'hopeful',
    settleMs: 5000,
    finding: {
      code: 'kubernetes/unschedulable',
      service: owner,
      cause: `${owner} has no node to run on: ${cause}`,
      proof: [unscheduled],
      fix: [matched?.fix ?? 'The line above says what each node lacks.'],
    },
  };
}
