import { errorCodeOf } from '../../../host/error-code.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import { InitFailure } from './init-failure.ts';
import type { PostgresServer } from './server-process.ts';

/** A folder for a new cluster holds files of somebody else. */
export class ForeignFiles extends Error {
  override readonly name = 'ForeignFiles';
  readonly folder: string;
  readonly names: readonly string[];

  constructor(folder: string, names: readonly string[]) {
    super(`${folder} is not empty`);
    this.folder = folder;
    this.names = names;
  }
}

/** There is no password for the superuser, and nobody said that none is wanted. */
export class MissingPassword extends Error {
  override readonly name = 'MissingPassword';
}

/** What the image says. */
const missingPasswordText: readonly string[] = [
  'Error: Database is uninitialized and superuser password is not specified.',
  '       You must specify POSTGRES_PASSWORD to a non-empty value for the',
  '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
  '',
  '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all',
  '       connections without a password. This is *not* recommended.',
  '',
  '       See PostgreSQL documentation about "trust":',
  '       https://www.postgresql.org/docs/current/auth-trust.html',
];

export const missingPasswordFix: readonly string[] = [
  'Set POSTGRES_PASSWORD under `environment` of the service, or in its env_file.',
];

/** Says what went wrong in an initialisation; a mistake of bowline itself stays what it is. */
export function initProblem(error: unknown, { service, folder }: PostgresServer): unknown {
  const finding = findingOf(error, folder);
  if (finding === undefined) return error;
  const at = service.at === undefined ? {} : { at: service.at };
  return new RunError([{ service: service.name, ...at, ...finding }], { cause: error });
}

function findingOf(error: unknown, folder: string): Finding | undefined {
  if (error instanceof MissingPassword) {
    return {
      code: 'postgres/password-missing',
      cause: 'the database is new and has no password for its superuser',
      proof: missingPasswordText,
      fix: missingPasswordFix,
    };
  }
  if (error instanceof ForeignFiles) {
    return {
      code: 'postgres/folder-not-empty',
      cause: `${error.folder} holds files that are no PostgreSQL cluster, so none is made there`,
      proof: [error.names.join('  ')],
      fix: [
        'Mount an empty folder or a named volume at the data folder of the service.',
        'Or set PGDATA to a folder below it, as in PGDATA: /var/lib/postgresql/data/pgdata.',
      ],
    };
  }
  if (error instanceof InitFailure) return fromFailure(error, folder);
  return fromSystem(error, folder);
}

function fromFailure(failure: InitFailure, folder: string): Finding {
  const proof = failure.lines;
  const text = proof.join('\n');
  if (/No space left on device|Disk quota exceeded/i.test(text)) return diskFull(folder, proof);
  if (/Read-only file system|Permission denied/i.test(text) && /^cp: /m.test(text)) {
    return notWritable(folder, proof);
  }
  const code = failure.code === undefined ? '' : ` with code ${failure.code}`;
  return {
    code: 'postgres/init-failed',
    cause: `the database could not be initialised: ${failure.message}${code}`,
    proof,
    fix: [
      ...fixesFor(text),
      'Nothing was kept: the next bowline up initialises it from the beginning.',
    ],
  };
}

const CLIENTS =
  /\b(pg_restore|pg_dump|pg_dumpall|pg_basebackup|createdb|createuser|dropdb|dropuser|pgbench|vacuumdb|reindexdb|clusterdb)\b[^\n]*not found/;

function fixesFor(text: string): readonly string[] {
  const client = CLIENTS.exec(text)?.[1];
  if (client !== undefined) {
    return [`Install PostgreSQL's client programs on this machine: ${client} is one of them.`];
  }
  const locale = /invalid locale name "([^"]+)"|locale "([^"]+)" (?:is not|does not)/.exec(text);
  if (locale !== null) {
    const name = locale[1] ?? locale[2];
    return [
      `Make the locale ${name} on this machine (localedef or locale-gen, as root), or choose another in POSTGRES_INITDB_ARGS.`,
    ];
  }
  const extension = /extension "([^"]+)" is not available/.exec(text)?.[1];
  if (extension !== undefined) {
    return [
      `The embedded PostgreSQL has the extensions of its own source (contrib), and "${extension}" is none of them: run the project with --engine docker, or leave it out.`,
    ];
  }
  return [];
}

function fromSystem(error: unknown, folder: string): Finding | undefined {
  if (!(error instanceof Error)) return undefined;
  switch (errorCodeOf(error) ?? '') {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(folder, [error.message]);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return notWritable(folder, [error.message]);
    default:
      return undefined;
  }
}

function diskFull(folder: string, proof: readonly string[]): Finding {
  return {
    code: 'postgres/disk-full',
    cause: `the disk is full, so the database cannot be made in ${folder}`,
    proof,
    fix: [`Free at least 100 MB there: df -h ${folder}`],
  };
}

function notWritable(folder: string, proof: readonly string[]): Finding {
  return {
    code: 'postgres/folder-not-writable',
    cause: `bowline may not write to ${folder}, where the database is to be`,
    proof,
    fix: [
      `Give this user the folder, or mount another one: ls -ld ${folder}`,
      'A folder that Docker has filled belongs to the user of its container; make it yours with chown.',
    ],
  };
}
