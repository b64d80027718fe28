import type { ContainerFacts, PodFacts } from './kubernetes-facts.ts';
import { lastLines, type Trouble } from './trouble.ts';

/** A container was killed because it used more memory than it may. */
export function outOfMemory(pod: PodFacts, container: ContainerFacts): Trouble | undefined {
  const { name, state, last, restarts, memoryLimit, crashes } = container;
  const ended = state.kind === 'terminated' ? state : state.kind === 'waiting' ? last : undefined;
  if (ended?.reason !== 'OOMKilled') return undefined;
  return {
    verdict: restarts >= 2 || container.oneShot ? 'fatal' : restarts >= 1 ? 'lonely' : 'hopeful',
    finding: {
      code: 'kubernetes/out-of-memory',
      service: pod.owner,
      cause: `${pod.owner}: container ${name} was killed, for it used more memory than ${memoryLimit === undefined ? 'the node has' : `its limit of ${memoryLimit}`}`,
      proof: lastLines(crashes.at(-1)?.log ?? [`exit code ${ended.exitCode}, OOMKilled`], 5),
      fix: [
        memoryLimit === undefined
          ? 'Give it less to do at once, or use a node with more memory.'
          : 'Raise resources.limits.memory, or let the program use less, as with fewer workers.',
      ],
    },
  };
}
