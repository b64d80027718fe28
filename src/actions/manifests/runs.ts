import { join } from 'node:path';

import type { Target } from '../../engines/kubernetes/cluster/read-kubeconfig.ts';
import { directoriesOf, type Machine } from '../../host/directories.ts';

/** Where events of applying a set of manifests to a target are kept. */
export function manifestRuns(
  machine: Machine,
  { set, target }: { readonly set: string; readonly target: Target },
): string {
  const place = [target.context, target.namespace, set].map((part) => encodeURIComponent(part));
  return join(directoriesOf(machine).state, 'manifests', ...place, 'runs');
}
