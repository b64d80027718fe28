import { expect, test } from 'vitest';

import { cannotCreate } from './cannot-create.ts';
import { claimPending } from './claim-pending.ts';
import { diagnosePod } from './diagnose-pod.ts';
import { jobFailed } from './job-failed.ts';
import type { ClaimFacts, ContainerFacts, PodFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

const container: ContainerFacts = {
  name: 'web',
  image: 'shop/web:1',
  init: false,
  oneShot: false,
  ready: false,
  restarts: 0,
  state: { kind: 'unknown' },
  crashes: [],
};
const pod: PodFacts = {
  name: 'web-1',
  owner: 'Deployment/web',
  namespace: 'team',
  phase: 'Pending',
  ageMs: 10_000,
  ready: false,
  containers: [container],
  warnings: [],
};

function withContainer(facts: Partial<ContainerFacts>, rest: Partial<PodFacts> = {}): PodFacts {
  return { ...pod, ...rest, containers: [{ ...container, ...facts }] };
}

function waiting(reason: string, message: string, rest: Partial<PodFacts> = {}): PodFacts {
  return withContainer({ state: { kind: 'waiting', reason, message } }, rest);
}

/** Code and verdict of each trouble. */
function said(troubles: readonly Trouble[]): readonly string[] {
  return troubles.map(({ finding, verdict }) => `${finding.code} ${verdict}`);
}

const crash = { exitCode: 1, reason: 'Error', message: '', log: ['no SECRET_KEY at 12:00:01'] };
const again = { ...crash, log: ['no SECRET_KEY at 12:00:02'] };
const lonely = { ...crash, log: ['connect ECONNREFUSED 10.0.0.1:5432'] };
const backOff = { kind: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off 10s' } as const;
const last = { exitCode: 1, reason: 'Error', message: '' };

test.each<[string, PodFacts, string]>([
  [
    'an image that the registry does not have is beyond hope',
    waiting('ErrImagePull', 'failed to resolve reference "shop/web:1": shop/web:1: not found'),
    'kubernetes/image-not-found fatal',
  ],
  [
    'the words of the event count when the container only says that it waits',
    waiting('ImagePullBackOff', 'Back-off pulling image "shop/web:1"', {
      warnings: [
        { reason: 'Failed', message: 'Failed to pull image: 401 Unauthorized', ageMs: 4000 },
      ],
    }),
    'kubernetes/image-unauthorised fatal',
  ],
  [
    'a registry that is overloaded may recover',
    waiting('ErrImagePull', '429 Too Many Requests: toomanyrequests: limit; denied'),
    'kubernetes/image-pull hopeful',
  ],
  [
    'a registry that nobody knows is beyond hope',
    waiting('ErrImagePull', 'dial tcp: lookup registry.invalid: no such host'),
    'kubernetes/image-registry-unknown fatal',
  ],
  [
    'a name that is none is said to be none',
    waiting('InvalidImageName', 'couldn\'t parse image name "Shop/Web"'),
    'kubernetes/image-name fatal',
  ],
  [
    'an image for another processor is told apart',
    waiting('ErrImagePull', 'no match for platform in manifest: not found'),
    'kubernetes/image-platform fatal',
  ],
  [
    'a Secret that does not exist is named',
    waiting('CreateContainerConfigError', 'secret "db" not found'),
    'kubernetes/missing-object fatal',
  ],
  [
    'a key that a Secret does not have is named',
    waiting('CreateContainerConfigError', "couldn't find key password in Secret team/db"),
    'kubernetes/missing-key fatal',
  ],
  [
    'a Secret that the node has not heard of yet may come',
    waiting('CreateContainerConfigError', 'failed to sync secret cache: timed out'),
    'kubernetes/container-config hopeful',
  ],
  [
    'an image that runs as root where this is forbidden says how to change it',
    waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'),
    'kubernetes/runs-as-root fatal',
  ],
  [
    'a program that is not in the image is named',
    withContainer({
      state: {
        kind: 'terminated',
        exitCode: 128,
        reason: 'StartError',
        message: 'exec: "serve": executable file not found in $PATH',
      },
    }),
    'kubernetes/program-missing fatal',
  ],
  [
    'a program for another processor is told apart',
    withContainer({
      state: {
        kind: 'terminated',
        exitCode: 128,
        reason: 'StartError',
        message: 'exec /bin/web: exec format error',
      },
    }),
    'kubernetes/image-platform fatal',
  ],
  [
    'one crash proves nothing',
    withContainer({ state: backOff, last, restarts: 1, crashes: [crash] }),
    'kubernetes/crash-loop hopeful',
  ],
  [
    'two crashes with the same words count unless something else is still starting',
    withContainer({ state: backOff, last, restarts: 1, crashes: [crash, again] }),
    'kubernetes/crash-loop lonely',
  ],
  [
    'three restarts are enough',
    withContainer({ state: backOff, last, restarts: 3, crashes: [crash] }),
    'kubernetes/crash-loop fatal',
  ],
  [
    'what looks for an address that does not answer is given longer',
    withContainer({ state: backOff, last, restarts: 2, crashes: [lonely, lonely] }),
    'kubernetes/crash-loop hopeful',
  ],
  [
    'a container that was killed for its memory is told apart from one that crashed',
    withContainer({
      state: backOff,
      last: { exitCode: 137, reason: 'OOMKilled', message: '' },
      restarts: 2,
      memoryLimit: '16Mi',
    }),
    'kubernetes/out-of-memory fatal',
  ],
  [
    'too little memory on the nodes may come free, for a while',
    { ...pod, unscheduled: '0/1 nodes are available: 1 Insufficient memory.' },
    'kubernetes/unschedulable hopeful',
  ],
  [
    'no node after a minute is no node',
    { ...pod, ageMs: 61_000, unscheduled: '0/1 nodes are available: 1 Insufficient memory.' },
    'kubernetes/unschedulable fatal',
  ],
  [
    'a claim that does not exist will not come by itself',
    { ...pod, unscheduled: 'persistentvolumeclaim "data" not found' },
    'kubernetes/unschedulable fatal',
  ],
  [
    'a volume of a Secret that does not exist is found in the events',
    waiting('ContainerCreating', '', {
      warnings: [
        {
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "tls" : secret "tls" not found',
          ageMs: 5000,
        },
      ],
    }),
    'kubernetes/missing-object fatal',
  ],
  [
    'it is found although another volume was late',
    waiting('ContainerCreating', '', {
      warnings: [
        {
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "v" : configmap "absent" not found',
          ageMs: 5000,
        },
        {
          reason: 'FailedMount',
          message:
            'MountVolume.SetUp failed for volume "kube-api-access-xlswc" : failed to sync configmap cache: timed out waiting for the condition',
          ageMs: 4900,
        },
      ],
    }),
    'kubernetes/missing-object fatal',
  ],
  [
    'a probe that does not succeed may still',
    withContainer(
      { state: { kind: 'running', forMs: 5000 }, probe: 'GET /healthz on port 8000' },
      {
        phase: 'Running',
        warnings: [
          {
            reason: 'Unhealthy',
            message: 'Readiness probe failed: HTTP probe failed with statuscode: 400',
            ageMs: 2000,
          },
        ],
      },
    ),
    'kubernetes/not-ready hopeful',
  ],
])('%s', (_, facts, expected) => {
  expect(said(diagnosePod(facts))).toEqual([expected]);
});

test.each<[string, PodFacts]>([
  [
    'a volume of which the kubelet has not heard yet is no trouble',
    waiting('ContainerCreating', '', {
      warnings: [
        {
          reason: 'FailedMount',
          message:
            'MountVolume.SetUp failed for volume "v" : failed to sync configmap cache: timed out waiting for the condition',
          ageMs: 4900,
        },
      ],
    }),
  ],
  [
    'a volume that is there by now waits for something else',
    waiting('ContainerCreating', '', {
      warnings: [
        {
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "v" : secret "tls" not found',
          ageMs: 9000,
        },
        {
          reason: 'FailedMount',
          message:
            'MountVolume.SetUp failed for volume "v" : references non-existent secret key: tls.crt',
          ageMs: 2000,
        },
      ],
    }),
  ],
])('%s', (_, facts) => {
  expect(diagnosePod(facts)).toEqual([]);
});

test('a pod whose containers run and are ready has no trouble', () => {
  const ready = withContainer(
    { ready: true, state: { kind: 'running', forMs: 5000 } },
    { ready: true },
  );
  expect(diagnosePod(ready)).toEqual([]);
});

test('Django that does not know the name of the pod is told what to write', () => {
  const facts = withContainer(
    { state: { kind: 'running', forMs: 5000 } },
    { warnings: [{ reason: 'Unhealthy', message: 'statuscode: 400', ageMs: 2000 }] },
  );
  expect(diagnosePod(facts)[0]?.finding.fix?.[0]).toContain('ALLOWED_HOSTS');
});

test('a Job that failed shows the last lines of its last try', () => {
  const facts = withContainer({
    oneShot: true,
    crashes: [crash, { ...crash, exitCode: 7, log: ['relation "shop" does not exist'] }],
  });
  const trouble = jobFailed({
    name: 'migrate',
    namespace: 'team',
    failed: { reason: 'BackoffLimitExceeded', message: 'reached the limit' },
    backoffLimit: 1,
    failures: 2,
    pods: [facts],
  });
  expect(trouble?.verdict).toBe('fatal');
  expect(trouble?.finding).toMatchObject({
    code: 'kubernetes/job-failed',
    cause: 'Job/migrate failed with exit code 7, 2 times; it may not try again',
    proof: ['relation "shop" does not exist'],
  });
});

const claim: ClaimFacts = {
  name: 'data',
  namespace: 'team',
  phase: 'Pending',
  size: '1Gi',
  accessModes: ['ReadWriteOnce'],
  ageMs: 5000,
  warnings: [],
};
const standard = { name: 'standard', isDefault: true, waitsForPod: true };

test.each<[string, ClaimFacts, readonly string[]]>([
  [
    'a class that does not exist is beyond hope',
    { ...claim, storageClass: 'fast', classes: [standard] },
    ['kubernetes/storage-class-missing fatal'],
  ],
  [
    'no class where there is no default one is beyond hope',
    { ...claim, classes: [{ ...standard, isDefault: false }] },
    ['kubernetes/storage-class-missing fatal'],
  ],
  ['a class that waits for a pod is no trouble', { ...claim, classes: [standard] }, []],
  [
    'a provisioner may take its time',
    { ...claim, classes: [{ ...standard, waitsForPod: false }] },
    ['kubernetes/claim-pending hopeful'],
  ],
  [
    'a volume that is made by hand is not made by waiting',
    { ...claim, storageClass: '', classes: [], ageMs: 20_000 },
    ['kubernetes/claim-pending fatal'],
  ],
  [
    'a claim without its volume has lost its data',
    { ...claim, phase: 'Lost' },
    ['kubernetes/claim-lost fatal'],
  ],
  ['a bound claim is no trouble', { ...claim, phase: 'Bound' }, []],
])('%s', (_, facts, expected) => {
  const trouble = claimPending(facts);
  expect(said(trouble === undefined ? [] : [trouble])).toEqual(expected);
});

test.each([
  [
    'pods "web-1" is forbidden: exceeded quota: small, requested: cpu=2, used: cpu=0, limited: cpu=1',
    'kubernetes/quota',
  ],
  ['pods "web-1" is forbidden: failed quota: small: must specify cpu for: web', 'kubernetes/quota'],
  [
    'pods "web-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot',
    'kubernetes/pod-security',
  ],
  [
    'error looking up service account team/web: serviceaccount "web" not found',
    'kubernetes/missing-object',
  ],
  ['admission webhook "no" denied the request', 'kubernetes/pods-refused'],
])('what keeps pods from being made is told apart: %s', (words, code) => {
  const facts = { title: 'Deployment/web', namespace: 'team', cannotCreate: words };
  expect(cannotCreate({ ...facts, deadlineExceeded: false })?.finding.code).toBe(code);
});
