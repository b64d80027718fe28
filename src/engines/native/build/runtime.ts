/** What an image brings that this machine has to bring in its place. */
export type Runtime =
  | {
      readonly kind: 'interpreter';
      readonly family: 'node' | 'python' | 'ruby';
      readonly version?: string;
    }
  /** A system without an interpreter of its own: this machine's shell and programs. */
  | { readonly kind: 'system' }
  /** `why` is one line without a full stop, `help` a whole sentence. */
  | { readonly kind: 'refused'; readonly why: string; readonly help: string };

const SYSTEMS = new Set([
  'alpine',
  'debian',
  'ubuntu',
  'busybox',
  'bash',
  'scratch',
  'fedora',
  'buildpack-deps',
]);
const FAMILIES = ['node', 'python', 'ruby'] as const;

/** Reads an image's name, as in `node:20-slim` or `docker.io/library/python:3.12`. */
export function runtimeOf(image: string): Runtime {
  const [reference = ''] = image.split('@', 1);
  const colon = reference.lastIndexOf(':');
  const hasTag = colon > reference.lastIndexOf('/');
  const path = hasTag ? reference.slice(0, colon) : reference;
  const tag = hasTag ? reference.slice(colon + 1) : 'latest';
  const name = /^(?:(?:[^/]+\/)*library\/|docker\.io\/)?([^/]+)$/.exec(path)?.[1];
  if (name !== undefined && SYSTEMS.has(name)) return { kind: 'system' };
  const family = FAMILIES.find((each) => each === name);
  if (family === undefined) {
    return {
      kind: 'refused',
      why: `image ${image} has no stand-in on this machine`,
      help: 'Say how it runs here under x-bowline: { native: { command: … } } of the service, or run the project with --engine docker.',
    };
  }
  const version = /^\d+(\.\d+)*/.exec(tag)?.[0];
  return { kind: 'interpreter', family, ...(version !== undefined && { version }) };
}
