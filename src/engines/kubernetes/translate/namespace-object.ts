import { type ProjectContext, projectLabels } from './context.ts';
import { type DraftObject, from } from './draft.ts';
import { objectName } from './names.ts';
import { at } from './place.ts';
import type { SecurityLevel } from './security.ts';

/** A newer cluster may be stricter; pods are held to what was known when this was written. */
const LEVEL_VERSION = 'v1.32';

/** The namespace of a project, which lets in no pod with more rights than its services need. */
export function namespaceObject(context: ProjectContext, level: SecurityLevel): DraftObject {
  const { project, root, namespace } = context;
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: {
        ...projectLabels(context),
        'app.kubernetes.io/part-of': from(objectName(project.name), at(root, 'name')),
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': LEVEL_VERSION,
      },
    },
  };
}
