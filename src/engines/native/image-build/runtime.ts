/** What an image is for, as far as this machine can stand in for it. */
export type Runtime =
  | Interpreted
  /** A distribution: its programs are this machine's. */
  | { readonly kind: 'runtime'; readonly family: 'shell' }
  | { readonly kind: 'refused'; readonly why: string; readonly help: string };

export interface Interpreted {
  readonly kind: 'runtime';
  readonly family: 'node' | 'python' | 'ruby';
  /** As far as the tag says it, as in `3.12`; absent: any. */
  readonly version?: string;
}

const DISTRIBUTIONS = new Set(['debian', 'ubuntu', 'alpine', 'busybox', 'bash', 'scratch']);

/** Names of Node's long-term lines, as tags have them. */
const NODE_LINES: Readonly<Record<string, string>> = {
  gallium: '16',
  hydrogen: '18',
  iron: '20',
  jod: '22',
  krypton: '24',
};

/** Chooses what stands in for an image. Only the official ones are known: of others nobody knows the contents. */
export function runtimeOf(image: string): Runtime {
  const [reference = ''] = image.split('@', 1);
  const [, path = '', tag = ''] = /^(.*?)(?::([^/:]*))?$/.exec(reference) ?? [];
  const name = path.replace(/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?/, '');
  if (DISTRIBUTIONS.has(name)) return { kind: 'runtime', family: 'shell' };
  if (name !== 'node' && name !== 'python' && name !== 'ruby') return refusal(image);
  const version = /^\d+(?:\.\d+)*/.exec(tag)?.[0] ?? NODE_LINES[tag.split('-', 1)[0] ?? ''];
  return { kind: 'runtime', family: name, ...(version !== undefined && { version }) };
}

function refusal(image: string): Runtime {
  if (image === '') return { kind: 'refused', why: 'no image is named', help: WAYS_OUT };
  return {
    kind: 'refused',
    why: `nothing on this machine stands in for the image ${image}`,
    help: WAYS_OUT,
  };
}

const WAYS_OUT =
  'Say how it runs here with x-bowline.native: {command: …} under the service, or run the project with --engine docker.';
