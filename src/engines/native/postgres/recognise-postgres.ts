import { newestMajor, oldestMajor } from './package-table.ts';

/** An `image:` that the embedded PostgreSQL stands for, or one that only looks as if it did. */
export type RecognisedPostgres =
  | PostgresImage
  /** `why` is one line without a full stop, `help` a whole sentence. */
  | { readonly kind: 'refused'; readonly why: string; readonly help: string };

export interface PostgresImage {
  readonly kind: 'postgres';
  /** Absent: the tag names none, as in `postgres` or `postgres:alpine`. */
  readonly major?: number;
  /** As in `4` of `17.4`: the embedded server has one minor version of each major, the newest. */
  readonly minor?: number;
  /** The image's C library: file names are sorted otherwise by musl. */
  readonly variant: 'debian' | 'alpine';
}

/**
 * Reads the name of an image. Undefined: it has nothing to do with PostgreSQL.
 *
 * @see https://hub.docker.com/_/postgres
 */
export function recognisePostgres(image: string): RecognisedPostgres | undefined {
  const { name, tag } = partsOf(image);
  const relative = REFUSED.find(({ pattern }) => pattern.test(name));
  if (relative !== undefined) {
    const { why, help } = relative;
    return { kind: 'refused', why: `${name} ${why}`, help };
  }
  if (
    !/^(?:(?:(?:index\.)?docker\.io|.+)\/library\/|(?:index\.)?docker\.io\/|library\/)?postgres$/.test(
      name,
    )
  )
    return undefined;
  return fromTag(tag ?? 'latest');
}

function partsOf(image: string): { readonly name: string; readonly tag?: string } {
  const reference = image.split('@', 1)[0] ?? '';
  const colon = reference.lastIndexOf(':');
  // A colon before a slash belongs to the registry's port.
  if (colon === -1 || reference.includes('/', colon)) return { name: reference };
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

const DISTRIBUTION = /^(latest|alpine(\d+\.\d+)?|bookworm|trixie|bullseye|buster|stretch|forky)$/;

function fromTag(tag: string): RecognisedPostgres {
  const version = /^(\d+)(?:\.(\d+))?(?:\.\d+)?(?:(?:alpha|beta|rc)\d+)?(?:-(.+))?$/.exec(tag);
  const distribution = version === null ? tag : (version[3] ?? 'latest');
  if (!DISTRIBUTION.test(distribution)) {
    return {
      kind: 'refused',
      why: `the tag "${tag}" of postgres names no version that bowline knows`,
      help: `Name the major version, as in image: postgres:${newestMajor}.`,
    };
  }
  const variant = distribution.startsWith('alpine') ? 'alpine' : 'debian';
  if (version === null) return { kind: 'postgres', variant };
  const major = Number(version[1]);
  if (major < oldestMajor || major > newestMajor) {
    return {
      kind: 'refused',
      why: `there is no embedded PostgreSQL ${major}, only ${oldestMajor} to ${newestMajor}`,
      help: `Choose one of these versions, or run the service with --engine docker.`,
    };
  }
  const minor = version[2];
  return { kind: 'postgres', major, ...(minor !== undefined && { minor: Number(minor) }), variant };
}

interface Relative {
  readonly pattern: RegExp;
  readonly why: string;
  readonly help: string;
}

const EXTENSION_HELP =
  'Use image: postgres:<major> where the project does not need it, or run the project with --engine docker.';
const CONTRACT_HELP =
  'Use image: postgres:<major> with POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, or run the project with --engine docker.';

const needs = (pattern: RegExp, extension: string): Relative => ({
  pattern,
  why: `needs the extension ${extension}, which the embedded PostgreSQL lacks`,
  help: EXTENSION_HELP,
});
const differs = (pattern: RegExp): Relative => ({
  pattern,
  why: 'follows other variables and paths than the official image, and bowline has only those of the official one',
  help: CONTRACT_HELP,
});

const REFUSED: readonly Relative[] = [
  needs(/(^|\/)pgvector(\/pgvector)?$/, '"vector"'),
  needs(/(^|\/)(postgis|docker-postgis)$/, '"postgis"'),
  needs(/(^|\/)(timescaledb|timescaledb-ha|timescaledb-docker)$/, '"timescaledb"'),
  needs(/(^|\/)citusdata\/citus$/, '"citus"'),
  needs(/(^|\/)paradedb\/paradedb$/, '"pg_search"'),
  needs(/(^|\/)apache\/age$/, '"age"'),
  needs(/(^|\/)groonga\/pgroonga$/, '"pgroonga"'),
  needs(/(^|\/)(pgvecto-rs|vchord-postgres)$/, '"vectors"'),
  needs(/(^|\/)supabase\/postgres$/, 'of Supabase'),
  differs(/(^|\/)(bitnami|bitnamilegacy|bitnamisecure)\/postgresql(-repmgr)?$/),
  differs(/(^|\/)cloudnative-pg\/postgresql$/),
  differs(/(^|\/)(sameersbn|rhel\d+|sclorg|centos|fedora)\/postgresql[-\w]*$/),
];
