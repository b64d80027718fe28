import type { Preflight } from '../../../engine/engine.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Finding } from '../../../model/finding.ts';
import { type ClusterPlace, clusterPlaceOf } from './cluster-place.ts';
import { initFolder } from './init-files.ts';
import { missingPasswordFix } from './init-problem.ts';
import { platformName } from './machine-facts.ts';
import { packageOf } from './package-table.ts';
import type { PostgresService } from './postgres-service.ts';
import { type PostgresSettings, readSettings } from './settings.ts';

export interface CheckedPostgres extends Preflight {
  /** Absent where a diagnostic says why there are none. */
  readonly settings?: PostgresSettings;
  readonly place?: ClusterPlace;
}

/** Everything about a PostgreSQL service that cannot work, before anything is touched. Changes nothing. */
export async function checkPostgres(service: PostgresService): Promise<CheckedPostgres> {
  const result = await readSettings(service);
  if (result.kind === 'problem') {
    const { code, message, help } = result.problem;
    return only([diagnostic(service, `native/postgres-${code}`, { message, help })]);
  }
  const { settings } = result;
  const misplaced = misplacedVolume(service, settings);
  if (misplaced !== undefined && !(await hasOlderData(service, settings))) return only([misplaced]);
  try {
    const place = await clusterPlaceOf(service, settings);
    return {
      settings,
      place,
      diagnostics: passwordMissing(service, settings, place),
      findings: majorMismatch(service, place),
      notes: notesOf(service, place),
    };
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    return { ...only([]), findings: [unreadable(service, code, error)] };
  }
}

function only(diagnostics: readonly Diagnostic[]): CheckedPostgres {
  return { diagnostics, findings: [], notes: [] };
}

function diagnostic(
  { name, at }: PostgresService,
  code: Diagnostic['code'],
  text: { readonly message: string; readonly help: string },
): Diagnostic {
  return {
    code,
    severity: 'error',
    message: `service "${name}": ${text.message}`,
    help: text.help,
    ...(at !== undefined && { at }),
  };
}

const oldPath = '/var/lib/postgresql/data';

/** From 18 on the image refuses a mount where older ones have their data. */
function misplacedVolume(
  service: PostgresService,
  { dataFolder }: PostgresSettings,
): Diagnostic | undefined {
  const { image, views } = service;
  const view = views.find(({ target }) => target.replace(/\/+$/, '') === oldPath);
  if (view === undefined || dataFolder !== undefined || (image.major ?? 18) < 18) return undefined;
  const version = image.major ?? 'without a version, which means 18,';
  return {
    ...diagnostic(service, 'native/postgres-data-path', {
      message: `postgres ${version} with a mount at ${oldPath} does not start in Docker either: from 18 on the image keeps its data in /var/lib/postgresql/<major>/docker`,
      help: `Mount the volume at /var/lib/postgresql instead${image.major === undefined ? ', or name the version: image: postgres:17' : ''}.`,
    }),
    ...(view.at !== undefined && { at: view.at }),
  };
}

/** Data of an older version at the old path, and an image that leaves the version open: then they are used. */
async function hasOlderData(
  service: PostgresService,
  settings: PostgresSettings,
): Promise<boolean> {
  if (service.image.major !== undefined) return false;
  const { majorFrom, major } = await clusterPlaceOf(service, settings);
  return majorFrom === 'data' && major < 18;
}

function passwordMissing(
  service: PostgresService,
  { password, hostAuthMethod }: PostgresSettings,
  { state }: ClusterPlace,
): readonly Diagnostic[] {
  if (state.kind === 'ready' || password !== undefined || hostAuthMethod === 'trust') return [];
  return [
    diagnostic(service, 'native/postgres-password-missing', {
      message: 'the database is new and POSTGRES_PASSWORD is missing or empty',
      help: `${missingPasswordFix.join(' ')} POSTGRES_HOST_AUTH_METHOD: trust allows all connections without one.`,
    }),
  ];
}

function majorMismatch({ name, at }: PostgresService, place: ClusterPlace): readonly Finding[] {
  const { state, major, folder } = place;
  if (state.kind !== 'ready' || state.major === major) return [];
  return [
    {
      code: 'postgres/major-mismatch',
      service: name,
      cause: `the data are of PostgreSQL ${state.major}, and the image is postgres:${major}`,
      proof: [`${folder}/PG_VERSION: ${state.major}`],
      fix: [
        `Keep the version of the data: image: postgres:${state.major}`,
        `Or move to ${major}: dump the data with ${state.major}, then start anew and load them.`,
        'Or throw the data away: bowline down -v',
      ],
      ...(at !== undefined && { at }),
    },
  ];
}

function unreadable({ name, at }: PostgresService, code: string, error: unknown): Finding {
  return {
    code: 'postgres/folder-not-writable',
    service: name,
    cause: `the data folder cannot be read (${code})`,
    proof: [error instanceof Error ? error.message : code],
    fix: ['Give this user the folder, or mount another one.'],
    ...(at !== undefined && { at }),
  };
}

/** Variables that look as if the image read them. */
const IGNORED = new Map([
  ['POSTGRES_PORT', 'the server listens on 5432; publish another port with `ports`'],
  ['POSTGRES_HOST', 'it is of use to the application only'],
  ['POSTGRES_NAME', 'the database is named by POSTGRES_DB'],
  ['POSTGRES_DATABASE', 'the database is named by POSTGRES_DB'],
  ['POSTGRES_DBNAME', 'the database is named by POSTGRES_DB'],
  ['POSTGRES_USERNAME', 'the user is named by POSTGRES_USER'],
  ['POSTGRES_PASS', 'the password is in POSTGRES_PASSWORD'],
  ['POSTGRES_MAX_CONNECTIONS', 'use command: postgres -c max_connections=…'],
  ['POSTGRES_MULTIPLE_DATABASES', `it needs a script in ${initFolder}`],
]);

function notesOf(
  service: PostgresService,
  { major, majorFrom, state }: ClusterPlace,
): Preflight['notes'] {
  const note = (text: string): { readonly service: string; readonly text: string } => ({
    service: service.name,
    text,
  });
  const ignored = [...IGNORED].flatMap(([name, why]) => {
    const value = service.environment.get(name) ?? '';
    if (value === '' || why.startsWith('it is of use')) return [];
    if (name === 'POSTGRES_PORT' && value === '5432') return [];
    return [note(`${name} is not read by the postgres image: ${why}`)];
  });
  const trust = service.environment.get('POSTGRES_HOST_AUTH_METHOD') === 'trust';
  const { minor } = service.image;
  const version = packageOf(major, platformName())?.version.replace(/^(\d+\.\d+).*/, '$1');
  const other = minor !== undefined && version !== undefined && version !== `${major}.${minor}`;
  return [
    ...(other
      ? [note(`PostgreSQL ${version} stands for ${major}.${minor}: the newest of its version`)]
      : []),
    ...(majorFrom === 'newest'
      ? [note(`the image names no version: PostgreSQL ${major}, the newest`)]
      : []),
    ...(majorFrom === 'data'
      ? [note(`the image names no version: PostgreSQL ${major}, as the data are`)]
      : []),
    ...(trust && state.kind !== 'ready'
      ? [note('POSTGRES_HOST_AUTH_METHOD is "trust": everybody gets in without a password')]
      : []),
    ...ignored,
  ];
}
