import type { Span } from '../../../model/diagnostic.ts';
import type { Finding } from '../../../model/finding.ts';
import { errorCodeOf } from '../../../host/error-code.ts';
import { readCredentials, recordCredentials } from './credentials-record.ts';
import type { PostgresSettings } from './settings.ts';
import { identifier, literal } from './single-user.ts';
import { withSql } from './sql.ts';

export interface CredentialsPlace {
  /** Name of the service. */
  readonly service: string;
  readonly at?: Span;
  /** Data folder on this machine. */
  readonly folder: string;
  /** Folder of the running server's socket. */
  readonly sockets: string;
  /** Address on which the server asks for passwords. */
  readonly address: string;
  readonly port: number;
}

/**
 * Looks whether the service's variables still open its database: they count at the first start only, and a change of them
 * later is the most frequent reason for "password authentication failed".
 *
 * Costs a hash when they are those of the first start; else it asks the running server, for the database may have been
 * changed along with them. What is proved right is written down.
 */
export async function checkCredentials(
  place: CredentialsPlace,
  settings: PostgresSettings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const record = await readCredentials(place.folder);
  const { user, database, password } = settings;
  // Without a password there is nothing to be wrong.
  if (password === undefined) return [];
  if (record?.user === user && record.database === database && record.matches(password)) return [];
  const finding = await firstProblem(place, settings, { signal, before: record });
  if (finding === undefined) {
    await recordCredentials(place.folder, settings);
    return [];
  }
  const { service, at } = place;
  return [{ service, ...(at !== undefined && { at }), ...finding }];
}

interface Asking {
  readonly signal: AbortSignal;
  readonly before: { readonly user: string; readonly database: string } | undefined;
}

async function firstProblem(
  { service, sockets, address, port }: CredentialsPlace,
  { user, database, password }: PostgresSettings,
  { signal, before }: Asking,
): Promise<Finding | undefined> {
  const code = await loginError(
    { host: address, port, user, database, ...(password !== undefined && { password }) },
    signal,
  );
  if (code === undefined) return undefined;
  const administrator = before?.user ?? 'postgres';
  const exec = `bowline exec ${service} psql -U ${word(administrator)} -d postgres`;
  const anew = 'Or throw the data away and start anew: bowline down -v';
  const was = before === undefined ? '' : ` (it was made for "${before.user}")`;
  if (code === '3D000') return databaseMissing(database, { exec, anew, before });
  if (code !== '28P01' && code !== '28000') return undefined;
  if (
    !(await hasRole(
      user,
      { host: sockets, port, user: administrator, database: 'postgres' },
      signal,
    ))
  ) {
    return {
      code: 'postgres/user-changed',
      cause: `POSTGRES_USER names "${user}", and the existing volume has no such user${was}`,
      proof: ['These variables count only when the volume is new.'],
      fix: [
        `Make the user: ${exec} -c ${word(`CREATE ROLE ${name(user)} SUPERUSER LOGIN PASSWORD '<password>'`)}`,
        anew,
      ],
    };
  }
  return {
    code: 'postgres/password-changed',
    cause: `the existing volume has another password for "${user}" than POSTGRES_PASSWORD`,
    proof: ['POSTGRES_PASSWORD counts only when the volume is new.'],
    fix: [
      `Change it in the database: ${exec} -c ${word(`ALTER ROLE ${name(user)} PASSWORD '<new password>'`)}`,
      'Or put the old password back into the file.',
      anew,
    ],
  };
}

function databaseMissing(
  database: string,
  { exec, anew, before }: Pick<Asking, 'before'> & { readonly exec: string; readonly anew: string },
): Finding {
  return {
    code: 'postgres/database-missing',
    cause: `POSTGRES_DB names "${database}", and the existing volume has no such database`,
    proof:
      before === undefined ? [] : [`The volume was made with the database "${before.database}".`],
    fix: [`Make it: ${exec} -c ${word(`CREATE DATABASE ${name(database)}`)}`, anew],
  };
}

/** Undefined: it let us in. */
async function loginError(
  place: Parameters<typeof withSql>[0],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await withSql(place, signal, async () => {});
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return errorCodeOf(error) ?? '28P01';
  }
}

/** Unknown counts as yes: then the password is to blame. */
async function hasRole(
  role: string,
  place: Parameters<typeof withSql>[0],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await withSql(place, signal, async (client) => {
      const text = `SELECT 1 FROM pg_roles WHERE rolname = ${literal(role)}`;
      const { rowCount } = await client.query(text);
      return rowCount !== 0;
    });
  } catch (error) {
    signal.throwIfAborted();
    return errorCodeOf(error) !== '28000';
  }
}

/** One word of a shell's command line. */
function word(text: string): string {
  if (/^[\w.@%+=:,/-]+$/.test(text)) return text;
  if (!/["$`\\!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As one would type it: in quotes only where SQL needs them. */
function name(text: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(text) ? text : identifier(text);
}
