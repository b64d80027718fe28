import type { Diagnostic, Span } from './diagnostic.ts';
import type { Healthcheck } from './healthcheck.ts';
import type { RenderedObject } from './rendered-object.ts';
import type { Json, Pointer } from './project.ts';

/** What a project becomes on a cluster, and what became of each part of it. */
export interface Translation {
  readonly namespace: string;
  /** In an order in which they may be applied one by one. */
  readonly objects: readonly RenderedObject[];
  /** What each object was made of. */
  readonly origins: ReadonlyMap<RenderedObject, Span>;
  /** What cannot be honoured, and what had to be changed. With an error among them the objects are not to be applied. */
  readonly diagnostics: readonly Diagnostic[];
  /** Made when asked for: most callers only want the objects. */
  report(): TranslationReport;
}

export interface TranslationReport {
  /** One for each leaf of the canonical tree, in its order. */
  readonly leaves: readonly LeafVerdict[];
  /** Values of the objects that nobody wrote. */
  readonly assumptions: readonly Assumption[];
}

/** A place in an object. */
export interface ObjectPlace {
  /** As in `Deployment/web`. */
  readonly object: string;
  readonly pointer: Pointer;
}

export type LeafVerdict = { readonly leaf: Pointer } & (
  | { readonly kind: 'mapped'; readonly places: readonly ObjectPlace[] }
  /** It asks for what a cluster does anyway, or for nothing. */
  | { readonly kind: 'default'; readonly why: string }
  /** bowline itself does it. */
  | { readonly kind: 'handled'; readonly why: string }
  /** A warning was given. */
  | { readonly kind: 'unsupported'; readonly why: string }
  /** An error was given. */
  | { readonly kind: 'refused'; readonly why: string }
);

export interface Assumption extends ObjectPlace {
  readonly value: Json;
  readonly why: string;
}

/** What the description of the language says about a key that a cluster does not honour. */
export interface KeyVerdict {
  /** Of the key in the canonical tree. */
  readonly pointer: Pointer;
  readonly kind: 'unsupported' | 'refused';
  readonly why: string;
}

/** What is known of an image without running it. */
export interface ImageFacts {
  /** As the image has it: `node`, `1000`, `1000:1000`; empty is root. Absent: not known. */
  readonly user?: string;
  /** As in `8080` or `53/udp`. */
  readonly ports: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** As in `Healthcheck.test`. */
  readonly healthcheck?: Healthcheck;
}

/** A file or folder of this machine whose content goes to the cluster. */
export type LocalFile =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  /** Paths are relative to the folder, with slashes. */
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> }
  /** Too much for an object of a cluster, or nothing that can be copied. */
  | { readonly kind: 'other'; readonly why: string }
  | { readonly kind: 'socket' }
  | { readonly kind: 'missing' };

/** Where a service lives that is not deployed. */
export interface ExternalService {
  readonly host: string;
  readonly port?: number;
}

export interface TranslateOptions {
  /** @defaultValue the project's name, as a cluster can spell it */
  readonly namespace?: string;
  /** Reference that a cluster can pull, by service. @defaultValue what the file says */
  readonly images?: ReadonlyMap<string, string>;
  /** By service. */
  readonly imageFacts?: ReadonlyMap<string, ImageFacts>;
  /** By absolute path: secrets, configs and bind mounts. */
  readonly files?: ReadonlyMap<string, LocalFile>;
  /** By service. */
  readonly external?: ReadonlyMap<string, ExternalService>;
  /** Of the keys that a cluster does not honour, whatever their value. */
  readonly keyVerdicts?: () => readonly KeyVerdict[];
}
