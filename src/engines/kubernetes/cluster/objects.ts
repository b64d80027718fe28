import type { KubernetesObject, ObjectId } from '../object.ts';
import { isForbidden, isNotFound } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import { conflictsIn } from './conflict.ts';
import { pathOf, pathOfKind, type ResourceKind } from './resources.ts';

/** Under this name the cluster keeps which fields are ours. */
export const FIELD_MANAGER = 'bowline';

/** Objects asked for at once; a list of any length comes in parts. */
const PAGE = '500';

export interface ApplyOptions {
  readonly signal: AbortSignal;
  /** The server checks everything and keeps nothing. @defaultValue false */
  readonly dryRun?: boolean;
  /** Take fields over that others have set. @defaultValue false */
  readonly force?: boolean;
}

/** What can be done with single objects. */
export class Objects {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Absent when there is no such object. */
  async get(
    resource: ResourceKind,
    id: ObjectId,
    signal: AbortSignal,
  ): Promise<KubernetesObject | undefined> {
    try {
      return await this.#cluster.ask({ method: 'GET', path: pathOf(resource, id), signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * Makes the object's fields as given, and takes away those that we had set before and are given no more. What we have
   * set in another way, as when a service was stopped, is in nobody's way.
   */
  async apply(
    resource: ResourceKind,
    what: { readonly id: ObjectId; readonly object: KubernetesObject },
    options: ApplyOptions,
  ): Promise<KubernetesObject> {
    try {
      return await this.#apply(resource, what, options);
    } catch (error) {
      const conflicts = conflictsIn(error);
      if (conflicts?.every(({ owner }) => owner === FIELD_MANAGER) !== true) throw error;
      return this.#apply(resource, what, { ...options, force: true });
    }
  }

  async #apply(
    resource: ResourceKind,
    { id, object }: { readonly id: ObjectId; readonly object: KubernetesObject },
    { signal, dryRun = false, force = false }: ApplyOptions,
  ): Promise<KubernetesObject> {
    return this.#cluster.ask({
      method: 'PATCH',
      path: pathOf(resource, id),
      // JSON is YAML; the server knows a patch of this kind under no other name.
      contentType: 'application/apply-patch+yaml',
      query: {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        ...(dryRun && { dryRun: 'All' }),
        ...(force && { force: 'true' }),
      },
      body: object,
      signal,
    });
  }

  /** Gone already? Then that is what was wanted. With `uid`: only the very object that was seen. */
  async delete(
    resource: ResourceKind,
    id: ObjectId,
    {
      signal,
      uid,
      dryRun = false,
    }: { readonly signal: AbortSignal; readonly uid?: string; readonly dryRun?: boolean },
  ): Promise<void> {
    try {
      await this.#cluster.ask({
        method: 'DELETE',
        path: pathOf(resource, id),
        query: dryRun ? { dryRun: 'All' } : {},
        // What it made goes first: when the object is gone, so are its pods.
        body: {
          propagationPolicy: 'Foreground',
          ...(uid !== undefined && { preconditions: { uid } }),
        },
        signal,
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async patch(
    resource: ResourceKind,
    id: ObjectId,
    { body, signal }: { readonly body: unknown; readonly signal: AbortSignal },
  ): Promise<KubernetesObject> {
    return this.#cluster.ask({
      method: 'PATCH',
      path: pathOf(resource, id),
      contentType: 'application/merge-patch+json',
      query: { fieldManager: FIELD_MANAGER },
      body,
      signal,
    });
  }

  /** As `list`; undefined where who asks may not know. */
  async listIfAllowed(
    resource: ResourceKind,
    namespace: string | undefined,
    options: ListOptions,
  ): Promise<readonly KubernetesObject[] | undefined> {
    try {
      return (await this.list(resource, namespace, options)).objects;
    } catch (error) {
      if (isForbidden(error)) return undefined;
      throw error;
    }
  }

  async list(
    resource: ResourceKind,
    namespace: string | undefined,
    options: ListOptions,
  ): Promise<ListedObjects> {
    const objects: KubernetesObject[] = [];
    for (let token: string | undefined; ;) {
      const page: ObjectList = await this.#cluster.ask<ObjectList>({
        method: 'GET',
        path: pathOfKind(resource, namespace),
        query: { limit: PAGE, continue: token, labelSelector: options.labels },
        signal: options.signal,
      });
      // The server leaves out of each what all have in common.
      const { apiVersion, kind } = resource;
      for (const item of page.items ?? []) objects.push({ ...item, apiVersion, kind });
      token = page.metadata?.continue;
      if (token === undefined || token === '') {
        return { objects, resourceVersion: page.metadata?.resourceVersion ?? '' };
      }
    }
  }
}

export interface ListOptions {
  readonly signal: AbortSignal;
  /** As in `app=web`. @defaultValue all */
  readonly labels?: string | undefined;
}

export interface ListedObjects {
  readonly objects: readonly KubernetesObject[];
  /** A watch from here on misses nothing. */
  readonly resourceVersion: string;
}

interface ObjectList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubernetesObject[];
}
