import { createHash } from 'node:crypto';

import type { Json, Project } from './project.ts';
import { grantedSources, isSection, relevantParts, sectionAt } from './relevant-parts.ts';
import { isSecretName, MASK, masker, secretsOf } from './secrets.ts';

/** One value of a service as it may be kept beside what runs, and shown. */
export type Leaf =
  | string
  /** Not the whole value: a secret is masked in `text`, a long value is cut. The digest tells one value from another. */
  | { readonly text: string; readonly digest: string };

/**
 * What a copy of a service was made from, by place: `image`, `environment.DEBUG`, `ports[0].published`. Plain data
 * without secrets: an engine may keep it in a label. Words of a command are one leaf.
 */
export type Leaves = Readonly<Record<string, Leaf>>;

/** Longer values are kept by their beginning and a digest. */
const LONGEST = 80;
/** Hexadecimal digits: enough to tell two values apart. */
const DIGEST_LENGTH = 12;
/** Lists that are read as one thing. */
const WORDS = new Set(['command', 'entrypoint', 'test']);

/** Leaves from where an engine kept them as JSON; nothing when they are none, for others may write there, too. */
export function parseLeaves(text: string): Leaves | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isLeaves(value) ? value : undefined;
}

function isLeaves(value: unknown): value is Leaves {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (leaf: unknown) =>
      typeof leaf === 'string' ||
      (typeof leaf === 'object' &&
        leaf !== null &&
        'text' in leaf &&
        typeof leaf.text === 'string' &&
        'digest' in leaf &&
        typeof leaf.digest === 'string'),
  );
}

interface Surroundings {
  readonly mask: (text: string) => string;
  readonly add: (at: string, leaf: Leaf) => void;
}

/** Makes the leaves of any service of `project`; what does not matter to a running copy is left out. */
export function leavesOf(project: Project): (service: string) => Leaves {
  // Looking for secrets costs: most often nothing has to be started.
  let mask: ((text: string) => string) | undefined;
  const services = sectionAt(project.canonical, 'services');
  return (name) => {
    mask ??= masker(secretsOf(project));
    const leaves = new Map<string, Leaf>();
    const add = (at: string, leaf: Leaf): void => void leaves.set(at, leaf);
    const service = sectionAt(services, name) ?? {};
    for (const [key, value] of Object.entries(relevantParts(service))) {
      visit({ at: key, key, value }, { mask, add });
    }
    for (const kind of ['secrets', 'configs'] as const) {
      for (const source of grantedSources(service[kind])) {
        const digest = project[kind].find(({ key }) => key === source)?.digest ?? '';
        const text = kind === 'secrets' ? MASK : '‹content›';
        add(`${kind}.${source}`, { text, digest: digestOf(digest) });
      }
    }
    return Object.fromEntries(leaves);
  };
}

function visit(
  { at, key, value }: { readonly at: string; readonly key: string; readonly value: Json },
  around: Surroundings,
): void {
  if (value === null) return;
  if (typeof value !== 'object') {
    around.add(at, leafOf(key, String(value), around));
  } else if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    if (WORDS.has(key) && items.every((item) => typeof item === 'string')) {
      around.add(at, leafOf(key, items.map(quoted).join(' '), around));
    } else {
      for (const [index, item] of items.entries()) {
        visit({ at: `${at}[${index}]`, key, value: item }, around);
      }
    }
  } else if (isSection(value)) {
    for (const [name, inner] of Object.entries(value)) {
      visit({ at: `${at}${step(name)}`, key: name, value: inner }, around);
    }
  }
}

function leafOf(key: string, value: string, { mask }: Surroundings): Leaf {
  const secret = isSecretName(key) && !value.startsWith('/');
  const masked = secret ? MASK : mask(value);
  const text = masked.length > LONGEST ? `${masked.slice(0, LONGEST / 2)}…` : masked;
  return text === value ? value : { text, digest: digestOf(`${key}\0${value}`) };
}

/** `.name`, or `["a.b"]` where a dot would be misread. */
function step(name: string): string {
  return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./$-]+$/.test(word) ? word : JSON.stringify(word);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}
