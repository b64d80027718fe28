import type { KubernetesObject } from '../object.ts';
import type { Claim, Condition, Job, Workload } from './wire.ts';

/** How far an object is, by itself alone. */
export type ObjectStatus =
  | { readonly kind: 'done'; readonly words: string }
  | { readonly kind: 'in-progress'; readonly words: string };

/** Reads one object and nothing else: no clock, no memory of earlier ones. */
export function statusOf(object: KubernetesObject): ObjectStatus {
  const { generation = 0 } = object.metadata;
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet': {
      const workload: Workload = object;
      if ((workload.status?.observedGeneration ?? 0) < generation) {
        return waiting('the cluster has not taken notice of it yet');
      }
      return READERS[object.kind](workload);
    }
    case 'Job':
      return jobStatus(object);
    case 'PersistentVolumeClaim': {
      const { phase = 'Pending' } = (object as Claim).status ?? {};
      return phase === 'Bound' ? done('bound') : waiting(phase.toLowerCase());
    }
    case 'CustomResourceDefinition':
      return conditionStatus(object, 'Established');
    case 'Namespace':
      return phaseStatus(object, 'Active');
    case 'Pod':
      return podStatus(object);
    default:
      return done('there');
  }
}

const READERS = {
  Deployment: deploymentStatus,
  StatefulSet: statefulSetStatus,
  DaemonSet: daemonSetStatus,
} as const;

function deploymentStatus({ spec = {}, status = {} }: Workload): ObjectStatus {
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < wanted) return waiting(`${updatedReplicas} of ${wanted} started`);
  if (availableReplicas < wanted) return waiting(`${availableReplicas} of ${wanted} ready`);
  if (replicas > updatedReplicas) {
    return waiting(
      `${replicas - updatedReplicas} of the old version ${replicas - updatedReplicas === 1 ? 'is' : 'are'} still there`,
    );
  }
  return done(`${wanted} ready`);
}

function statefulSetStatus({ spec = {}, status = {} }: Workload): ObjectStatus {
  const wanted = spec.replicas ?? 1;
  const { readyReplicas = 0, updatedReplicas = 0, currentRevision, updateRevision } = status;
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const kept = rollingUpdate?.partition ?? 0;
  if (readyReplicas < wanted) return waiting(`${readyReplicas} of ${wanted} ready`);
  // Pods are replaced when somebody deletes them, or not below the partition.
  if (type === 'OnDelete' || kept > 0 || currentRevision === updateRevision) {
    return done(`${wanted} ready`);
  }
  return waiting(`${updatedReplicas} of ${wanted} replaced`);
}

function daemonSetStatus({ spec = {}, status = {} }: Workload): ObjectStatus {
  const {
    desiredNumberScheduled: wanted = 0,
    updatedNumberScheduled = 0,
    numberAvailable = 0,
  } = status;
  if (spec.updateStrategy?.type !== 'OnDelete' && updatedNumberScheduled < wanted) {
    return waiting(`${updatedNumberScheduled} of ${wanted} started`);
  }
  if (numberAvailable < wanted) return waiting(`${numberAvailable} of ${wanted} ready`);
  return done(`${wanted} ready`);
}

function jobStatus({ spec = {}, status = {} }: Job): ObjectStatus {
  if (isTrue(status.conditions, 'Complete')) return done('completed');
  if (spec.suspend === true) return done('suspended');
  const { active = 0, failed = 0 } = status;
  const before = failed === 0 ? '' : `, after ${failed} ${failed === 1 ? 'failure' : 'failures'}`;
  return waiting(`${active === 0 ? 'starting' : 'running'}${before}`);
}

function podStatus(object: KubernetesObject): ObjectStatus {
  const { phase, conditions } = statusIn(object);
  if (phase === 'Succeeded') return done('completed');
  return isTrue(conditions, 'Ready') ? done('ready') : waiting(phase?.toLowerCase() ?? 'pending');
}

function conditionStatus(object: KubernetesObject, type: string): ObjectStatus {
  return isTrue(statusIn(object).conditions, type) ? done('there') : waiting('being set up');
}

function phaseStatus(object: KubernetesObject, wanted: string): ObjectStatus {
  const { phase } = statusIn(object);
  return phase === undefined || phase === wanted ? done('there') : waiting(phase.toLowerCase());
}

interface AnyStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
}

function statusIn(object: KubernetesObject): AnyStatus {
  const { status } = object;
  return typeof status === 'object' && status !== null ? status : {};
}

function isTrue(conditions: readonly Condition[] | undefined, wanted: string): boolean {
  return conditions?.some(({ type, status }) => type === wanted && status === 'True') === true;
}

function done(words: string): ObjectStatus {
  return { kind: 'done', words };
}

function waiting(words: string): ObjectStatus {
  return { kind: 'in-progress', words };
}
