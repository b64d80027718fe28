import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Project, ServiceName } from '../../model/project.ts';
import type { TargetOptions } from './cluster/read-kubeconfig.ts';
import type { KubernetesObject } from './object.ts';

/** All that the engine is opened with. */
export interface KubernetesOptions extends TargetOptions {
  readonly project: Project;
  /** Take fields over that other programs have set. @defaultValue false */
  readonly forceConflicts?: boolean;
  /** What the project is called on the cluster: the value of the label `app.kubernetes.io/instance`. */
  readonly instance: string;
  /** What each service is called there: the value of `app.kubernetes.io/name`. */
  readonly names: ReadonlyMap<ServiceName, string>;
  /**
   * The project as objects, and what is to be said about that; only what starts something needs them. `running` has the
   * images of services that are built, and that nobody has built anew.
   *
   * @throws {ComposeError} when something of it is refused.
   */
  readonly translate: (
    namespace: string,
    running: ReadonlyMap<string, string>,
  ) => Promise<Translated>;
  /** Labels objects that somebody else has made as the project's own. Then nothing is looked for by labels. */
  readonly adopt?: (object: KubernetesObject) => KubernetesObject;
}

export interface Translated {
  readonly objects: readonly KubernetesObject[];
  /** Warnings only. */
  readonly diagnostics: readonly Diagnostic[];
}

export const LABEL = {
  /** Of everything of a project; claims of its own and what belongs to no service have no instance. */
  project: 'app.kubernetes.io/part-of',
  instance: 'app.kubernetes.io/instance',
  name: 'app.kubernetes.io/name',
  component: 'app.kubernetes.io/component',
} as const;

/** Says of a workload which version of its service it is. */
export const FINGERPRINT = 'bowline/fingerprint';
/** Says of a workload what that version was made of, without secrets. */
export const ORIGIN = 'bowline/origin';
