import type { ContainerFacts, PodFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

const MISSING_KEY = /couldn't find key (\S+) in (Secret|ConfigMap) (?:[^/\s]*\/)?(\S+)/i;
const MISSING_OBJECT = /(secret|configmap) "([^"]+)" not found/i;
/** The kubelet has not heard of the Secret or ConfigMap yet: it will. */
const LATE = /failed to sync .* cache/i;
const VOLUME = /for volume "([^"]+)"/;

/** A container cannot be made as it is described: it names a Secret, a key or a user that is not there. */
export function containerConfig(
  pod: PodFacts,
  { name, state }: ContainerFacts,
): Trouble | undefined {
  if (state.kind !== 'waiting') return undefined;
  const { reason, message } = state;
  if (reason !== 'CreateContainerConfigError' && reason !== 'CreateContainerError')
    return undefined;
  return {
    verdict: LATE.test(message) ? 'hopeful' : 'fatal',
    settleMs: 3000,
    finding: { service: pod.owner, proof: [message], ...explain(pod, { name, message }) },
  };
}

/** A volume of a Secret or ConfigMap that does not exist keeps a pod from starting, and only an event says so. */
export function missingMount(pod: PodFacts): Trouble | undefined {
  if (isStarted(pod)) return undefined;
  for (const message of failedMounts(pod)) {
    const object = MISSING_OBJECT.exec(message);
    if (object === null) continue;
    const [, kind = '', name = ''] = object;
    return {
      verdict: 'fatal',
      settleMs: 3000,
      finding: missingObject(pod, { kind, name, proof: message }),
    };
  }
  return undefined;
}

/** What was said last of each volume: one may be late while another will never come. */
function failedMounts({ warnings }: PodFacts): Iterable<string> {
  const said = warnings.filter(
    ({ reason, message }) => reason === 'FailedMount' && !LATE.test(message),
  );
  return new Map(said.map(({ message }) => [VOLUME.exec(message)?.[1], message])).values();
}

function isStarted({ containers }: PodFacts): boolean {
  return containers.some(({ state }) => state.kind === 'running' || state.kind === 'terminated');
}

function explain(
  pod: PodFacts,
  { name, message }: { readonly name: string; readonly message: string },
): Pick<Trouble['finding'], 'code' | 'cause' | 'fix'> {
  const key = MISSING_KEY.exec(message);
  if (key !== null) {
    const [, wanted = '', kind = '', object = ''] = key;
    return {
      code: 'kubernetes/missing-key',
      cause: `${pod.owner}: the ${kind} ${object} has no key ${wanted}`,
      fix: [`Add ${wanted} to it, or correct the name under secretKeyRef or configMapKeyRef.`],
    };
  }
  const object = MISSING_OBJECT.exec(message);
  if (object !== null) {
    const [, kind = '', wanted = ''] = object;
    return missingObject(pod, { kind, name: wanted, proof: message });
  }
  if (/runAsNonRoot/.test(message)) {
    return {
      code: 'kubernetes/runs-as-root',
      cause: `${pod.owner}: container ${name} would run as root, which runAsNonRoot forbids`,
      fix: ['Write runAsUser with the number of a user, or USER with a number in the Dockerfile.'],
    };
  }
  return {
    code: 'kubernetes/container-config',
    cause: `${pod.owner}: container ${name} cannot be made as it is described`,
    fix: ['The line above says what is wrong with it.'],
  };
}

function missingObject(
  pod: PodFacts,
  { kind, name, proof }: { readonly kind: string; readonly name: string; readonly proof: string },
): Trouble['finding'] {
  const title = kind.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap';
  return {
    code: 'kubernetes/missing-object',
    service: pod.owner,
    cause: `${pod.owner} needs the ${title} "${name}", and namespace ${pod.namespace} has none of that name`,
    proof: [proof],
    fix: [
      `Add the ${title} to the files, or correct its name. kubectl get ${title.toLowerCase()} -n ${pod.namespace} lists those that exist.`,
    ],
  };
}
