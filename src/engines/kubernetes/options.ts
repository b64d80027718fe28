import type { Project, ServiceName } from '../../model/project.ts';
import type { TargetOptions } from './cluster/read-kubeconfig.ts';
import type { KubernetesObject } from './object.ts';

/** All that the engine is opened with. */
export interface KubernetesOptions extends TargetOptions {
  readonly project: Project;
  /** What the project is called on the cluster: the value of the label `app.kubernetes.io/instance`. */
  readonly instance: string;
  /** What each service is called there: the value of `app.kubernetes.io/name`. */
  readonly names: ReadonlyMap<ServiceName, string>;
  /** The project as objects; only what starts something needs them. */
  readonly translate: (namespace: string) => Promise<readonly KubernetesObject[]>;
}

export const LABEL = {
  instance: 'app.kubernetes.io/instance',
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
} as const;

/** Says of a workload which version of its service it is. */
export const FINGERPRINT = 'bowline/fingerprint';
