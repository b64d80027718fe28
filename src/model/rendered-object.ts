import type { Json } from './project.ts';

/** An object that a cluster is to have, as it is written down: plain JSON. */
export type RenderedObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: RenderedMetadata;
} & { readonly [key: string]: Json };

type RenderedMetadata = {
  readonly name: string;
  /** Absent for what belongs to the cluster itself. */
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
};
