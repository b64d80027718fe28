import type { ContainerFacts, CrashFacts, PodFacts } from './kubernetes-facts.ts';
import { lastLines, type Trouble } from './trouble.ts';

/** So often, and it is no coincidence. */
const MANY_RESTARTS = 3;
/** So often, and nothing that it waits for will come any more. */
const PATIENT_RESTARTS = 6;
const LOG_LINES = 12;

/** What programs write when something that they need does not answer yet. */
const WAITS_FOR_OTHERS =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|connection refused|could not connect|could not translate host|name or service not known|name resolution|no such host|the database system is starting up|connection reset/i;

/** A container ends soon after each start. */
export function crashLoop(pod: PodFacts, container: ContainerFacts): Trouble | undefined {
  const { name, state, restarts, last, crashes } = container;
  if (container.oneShot) return undefined;
  const ended = state.kind === 'terminated' ? state : last;
  const isDown =
    state.kind === 'terminated' ||
    (state.kind === 'waiting' && state.reason === 'CrashLoopBackOff');
  // One that runs again may have recovered; the readiness of the pod tells.
  if (!isDown || ended === undefined || (container.init && ended.exitCode === 0)) return undefined;
  const newest = crashes.at(-1);
  const exit = newest ?? ended;
  if (exit.reason === 'OOMKilled' || isStartFailure(exit.reason)) return undefined;
  const log = lastLines(newest?.log ?? [], LOG_LINES);
  const waits = log.some((line) => WAITS_FOR_OTHERS.test(line));
  return {
    verdict: verdictOf({ restarts, waits, repeats: repeats(crashes) }),
    finding: {
      code: 'kubernetes/crash-loop',
      service: pod.owner,
      cause: `${pod.owner}: container ${name} ${endInWords(exit.exitCode)} right after its start${restarts === 0 ? '' : ` (started ${restarts + 1} times)`}`,
      proof: log.length > 0 ? log : [exit.message === '' ? 'it wrote nothing' : exit.message],
      fix: waits
        ? [
            'It looks for something that does not answer: check the address in its variables, and whether that service is up.',
          ]
        : [`All it wrote: kubectl logs -n ${pod.namespace} ${pod.name} -c ${name} --previous`],
    },
  };
}

function verdictOf({
  restarts,
  waits,
  repeats: same,
}: {
  readonly restarts: number;
  readonly waits: boolean;
  readonly repeats: boolean;
}): Trouble['verdict'] {
  if (restarts >= PATIENT_RESTARTS) return 'fatal';
  if (waits) return restarts >= MANY_RESTARTS ? 'lonely' : 'hopeful';
  if (restarts >= MANY_RESTARTS) return 'fatal';
  return same ? 'lonely' : 'hopeful';
}

/** It ended twice in the same way, and with the same words, numbers such as times aside. */
function repeats(crashes: readonly CrashFacts[]): boolean {
  const [before, newest] = crashes.slice(-2);
  if (before === undefined || newest === undefined) return false;
  return lastWords(before) === lastWords(newest);
}

function lastWords({ exitCode, log }: CrashFacts): string {
  return [exitCode, ...lastLines(log, 5)].join('\n').replaceAll(/\d+/g, '0');
}

function isStartFailure(reason: string): boolean {
  return ['StartError', 'ContainerCannotRun', 'RunContainerError'].includes(reason);
}

function endInWords(exitCode: number): string {
  if (exitCode === 0) return 'ends without an error';
  if (exitCode <= 128) return `ends with exit code ${exitCode}`;
  const signal = { 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' }[exitCode];
  return `ends with exit code ${exitCode}${signal === undefined ? '' : ` (${signal})`}`;
}
