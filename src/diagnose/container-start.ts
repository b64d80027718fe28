import type { ContainerFacts, PodFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

const REASONS = ['StartError', 'ContainerCannotRun', 'RunContainerError'];

/** The program of a container cannot be started at all. */
export function containerStart(pod: PodFacts, container: ContainerFacts): Trouble | undefined {
  const { name, state, last } = container;
  const said =
    state.kind === 'terminated' && REASONS.includes(state.reason)
      ? state
      : state.kind === 'waiting' && REASONS.includes(state.reason)
        ? { message: state.message }
        : state.kind === 'waiting' && last !== undefined && REASONS.includes(last.reason)
          ? last
          : undefined;
  if (said === undefined) return undefined;
  return {
    verdict: 'fatal',
    settleMs: 1000,
    finding: { service: pod.owner, proof: [said.message], ...explain(pod, name, said.message) },
  };
}

function explain(
  { owner }: PodFacts,
  name: string,
  message: string,
): Pick<Trouble['finding'], 'code' | 'cause' | 'fix'> {
  const program = /exec:? "([^"]+)"/.exec(message)?.[1];
  if (/exec format error/i.test(message)) {
    return {
      code: 'kubernetes/image-platform',
      cause: `${owner}: the program of container ${name} was not built for the processor of the node`,
      fix: ['Build the image for the platform of the cluster, as with platform: linux/amd64.'],
    };
  }
  if (/not found|no such file/i.test(message)) {
    return {
      code: 'kubernetes/program-missing',
      cause: `${owner}: the image of container ${name} has no program ${program ?? 'of that name'}`,
      fix: [
        'Check command and args; in a Dockerfile, ENTRYPOINT and CMD. A line for a shell is written as ["/bin/sh", "-c", "…"].',
      ],
    };
  }
  if (/permission denied/i.test(message)) {
    return {
      code: 'kubernetes/program-not-executable',
      cause: `${owner}: ${program ?? 'the program'} of container ${name} may not be executed`,
      fix: ['Make it executable where the image is built: RUN chmod +x FILE.'],
    };
  }
  return {
    code: 'kubernetes/container-start',
    cause: `${owner}: container ${name} cannot be started`,
    fix: ['The line above says what the runtime of the node objects to.'],
  };
}
