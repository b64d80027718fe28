/** Any object of a cluster, as JSON has it; nothing that this program does not know is lost. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFields[];
  readonly [field: string]: unknown;
}

interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** Which fields of an object somebody has set, and how. */
interface ManagedFields {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly fieldsV1?: {
    readonly [field: string]: { readonly [field: string]: unknown } | undefined;
  };
}

/** Names an object on a cluster. */
export interface ObjectId {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Absent: the kind has no namespaces. */
  readonly namespace?: string;
}

/** As people and error messages name it: `Deployment/web`. */
export function titleOf({ kind, name }: Pick<ObjectId, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}

export function idOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectId {
  const { name, namespace } = metadata;
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** Equal for two ids of the same object, whatever version of its group each names. */
export function keyOf({ apiVersion, kind, namespace, name }: ObjectId): string {
  return [groupOf(apiVersion), kind, namespace ?? '', name].join('|');
}

/** Empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}
