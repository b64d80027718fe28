import type { PodFacts } from './kubernetes-facts.ts';
import { lastLines, type Trouble } from './trouble.ts';

/** A pod runs, and its probes say that it is not ready. What they say is in the events only. */
export function notReady(pod: PodFacts): Trouble | undefined {
  const { owner, containers, warnings, ready } = pod;
  const running = containers.filter(
    (each) => !each.init && each.state.kind === 'running' && !each.ready,
  );
  const [container] = running;
  if (ready || container === undefined) return undefined;
  const warning = warnings.findLast(({ reason }) => reason === 'Unhealthy');
  if (warning === undefined && container.probe === undefined) return undefined;
  const asked = container.probe === undefined ? '' : ` (${container.probe})`;
  return {
    verdict: 'hopeful',
    finding: {
      code: 'kubernetes/not-ready',
      service: owner,
      cause: `${owner}: container ${container.name} runs, but its probe does not succeed${asked}`,
      proof:
        warning === undefined ? ['no answer yet'] : [warning.message, ...logOf(container.crashes)],
      fix: [fixFor(warning?.message ?? '')],
    },
  };
}

function logOf(crashes: PodFacts['containers'][number]['crashes']): readonly string[] {
  return lastLines(crashes.at(-1)?.log ?? [], 5);
}

function fixFor(said: string): string {
  if (/statuscode: 400/.test(said)) {
    return 'The probe asks by the address of the pod. Django answers 400 to a name that is not in ALLOWED_HOSTS: write httpHeaders with a Host that is.';
  }
  if (/statuscode: 404/.test(said))
    return 'Nothing answers at that path: correct path of the probe.';
  if (/statuscode: 30[1278]/.test(said))
    return 'The probe is sent elsewhere: ask for the path where it ends.';
  if (/connection refused/.test(said)) {
    return 'Nobody listens at that port. Compare it with the program; one that listens on 127.0.0.1 only must listen on 0.0.0.0.';
  }
  if (/deadline exceeded|Timeout|timed out/i.test(said)) {
    return 'No answer in time: raise timeoutSeconds (1 by default), or see what the program is busy with.';
  }
  return 'See what the probe asks for, and what the program writes.';
}
