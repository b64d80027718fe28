import type { ContainerFacts, PodFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

const REASONS = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
];

const OVERLOADED = /toomanyrequests|too many requests|\b429\b|rate limit/i;
/** Only says that it waits before it tries again. */
const ONLY_BACK_OFF = /^Back-off pulling image/;

/** The image of a container cannot be fetched. */
export function imagePull(pod: PodFacts, container: ContainerFacts): Trouble | undefined {
  const { state, image, name } = container;
  if (state.kind !== 'waiting' || !REASONS.includes(state.reason)) return undefined;
  const said = wordsOf(pod, state.message);
  const about = `${pod.owner}: the image ${image}`;
  const proof = said === '' ? [state.reason] : [said];
  const at = { service: pod.owner, proof } as const;
  if (state.reason === 'InvalidImageName') {
    return fatal({
      ...at,
      code: 'kubernetes/image-name',
      cause: `${pod.owner}: "${image}" of container ${name} is no name of an image`,
      fix: ['Write it as registry/name:tag, all in lower case.'],
    });
  }
  if (state.reason === 'ErrImageNeverPull') {
    return fatal({
      ...at,
      code: 'kubernetes/image-not-loaded',
      cause: `${about} is not on the node, and imagePullPolicy: Never forbids to fetch it`,
      fix: ['Load the image into the node, or write imagePullPolicy: IfNotPresent.'],
    });
  }
  const found = CASES.find(({ words }) => words.test(said));
  if (found === undefined || OVERLOADED.test(said)) return temporary(about, at);
  const { code, cause, fix } = found;
  return fatal({ ...at, code, cause: `${about} ${cause(image)}`, fix: [fix(image)] });
}

interface Case {
  readonly words: RegExp;
  readonly code: Trouble['finding']['code'];
  readonly cause: (image: string) => string;
  readonly fix: (image: string) => string;
}

/** The registry and the kubelet say the same thing in many words; the first that fits counts. */
const CASES: readonly Case[] = [
  {
    words: /no match for platform|no matching manifest/i,
    code: 'kubernetes/image-platform',
    cause: () => 'was not built for the processor of the node',
    fix: () => 'Build it for the platform of the cluster, as with platform: linux/amd64.',
  },
  {
    // Registries answer "denied" for what does not exist, so as not to tell; both are said.
    words: /unauthori[sz]ed|denied|forbidden|authentication required|no basic auth/i,
    code: 'kubernetes/image-unauthorised',
    cause: () => 'may not be fetched, or does not exist',
    fix: (image) =>
      `Check the name. If it is right, make a Secret of type kubernetes.io/dockerconfigjson for ${registryOf(image)} and name it under imagePullSecrets.`,
  },
  {
    words: /no such host|server misbehaving|name or service not known/i,
    code: 'kubernetes/image-registry-unknown',
    cause: (image) => `cannot be fetched: the nodes do not find the registry ${registryOf(image)}`,
    fix: () => 'Check the part before the first slash of the name.',
  },
  {
    words: /not found|manifest unknown|name unknown|repository does not exist/i,
    code: 'kubernetes/image-not-found',
    cause: () => 'does not exist',
    fix: (image) =>
      `Check name and tag. If the image is built here, push it first; this one is looked for on ${registryOf(image)}.`,
  },
];

function temporary(about: string, at: Pick<Trouble['finding'], 'service' | 'proof'>): Trouble {
  return {
    verdict: 'hopeful',
    finding: {
      ...at,
      code: 'kubernetes/image-pull',
      cause: `${about} cannot be fetched at present`,
      fix: ['The cluster tries again by itself; if it goes on, look at the registry.'],
    },
  };
}

/** One failure is often another's shadow: what counts must be seen for some seconds. */
function fatal(finding: Trouble['finding']): Trouble {
  return { verdict: 'fatal', settleMs: 3000, finding };
}

function wordsOf({ warnings }: PodFacts, message: string): string {
  if (message !== '' && !ONLY_BACK_OFF.test(message)) return message;
  const failed = warnings.findLast(
    (each) => each.reason === 'Failed' && /pull|image/i.test(each.message),
  );
  return failed?.message ?? message;
}

function registryOf(image: string): string {
  const first = image.split('/')[0] ?? '';
  const isHost = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : 'docker.io';
}
