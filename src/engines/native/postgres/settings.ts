import { readFile } from 'node:fs/promises';

import { split } from 'shlex';

import { errorCodeOf } from '../../../host/error-code.ts';
import { outsidePath, type PostgresService } from './postgres-service.ts';

/** What the variables of the official image mean, with their defaults put in. */
export interface PostgresSettings {
  readonly user: string;
  readonly database: string;
  /** Absent: none was given. */
  readonly password?: string;
  /** `POSTGRES_INITDB_ARGS`, split into words as a shell does. */
  readonly initdbArgs: readonly string[];
  /** Path inside the container. */
  readonly walFolder?: string;
  /** `POSTGRES_HOST_AUTH_METHOD`; absent: the server's own, `scram-sha-256`. */
  readonly hostAuthMethod?: string;
  /** Path inside the container; absent: the image's own. */
  readonly dataFolder?: string;
}

/** Why the image would stop before it has begun, in its own words. */
interface SettingsProblem {
  readonly code: 'variables-exclusive' | 'file-unreadable' | 'arguments-unreadable';
  readonly message: string;
  readonly help: string;
}

export type SettingsResult =
  | { readonly kind: 'settings'; readonly settings: PostgresSettings }
  | { readonly kind: 'problem'; readonly problem: SettingsProblem };

class Problem extends Error {
  readonly problem: SettingsProblem;
  constructor(problem: SettingsProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Reads the variables of a service; a name that ends in `_FILE` names a file that holds the value. */
export async function readSettings(service: PostgresService): Promise<SettingsResult> {
  try {
    const user = (await valueOf(service, 'POSTGRES_USER')) ?? 'postgres';
    const database = (await valueOf(service, 'POSTGRES_DB')) ?? user;
    const password = await valueOf(service, 'POSTGRES_PASSWORD');
    const initdbArgs = wordsOf((await valueOf(service, 'POSTGRES_INITDB_ARGS')) ?? '');
    const plain = (name: string): string | undefined => service.environment.get(name) || undefined;
    const walFolder = plain('POSTGRES_INITDB_WALDIR');
    const hostAuthMethod = plain('POSTGRES_HOST_AUTH_METHOD');
    const dataFolder = plain('PGDATA');
    return {
      kind: 'settings',
      settings: {
        user,
        database,
        ...(password !== undefined && { password }),
        initdbArgs,
        ...(walFolder !== undefined && { walFolder }),
        ...(hostAuthMethod !== undefined && { hostAuthMethod }),
        ...(dataFolder !== undefined && { dataFolder }),
      },
    };
  } catch (error) {
    if (error instanceof Problem) return { kind: 'problem', problem: error.problem };
    throw error;
  }
}

/** An empty value counts as none, as in the image. */
async function valueOf(
  { environment, views }: PostgresService,
  name: string,
): Promise<string | undefined> {
  const value = environment.get(name) ?? '';
  const file = environment.get(`${name}_FILE`) ?? '';
  if (file === '') return value === '' ? undefined : value;
  if (value !== '') {
    throw new Problem({
      code: 'variables-exclusive',
      message: `both ${name} and ${name}_FILE are set (but are exclusive)`,
      help: `Remove one of the two.`,
    });
  }
  const path = outsidePath(views, file) ?? file;
  try {
    // A shell's $(< file) loses the line ends at its end.
    return (await readFile(path, 'utf8')).replace(/\n+$/, '') || undefined;
  } catch (cause) {
    throw new Problem({
      code: 'file-unreadable',
      message: `${name}_FILE names ${file}, which cannot be read (${errorCodeOf(cause) ?? 'no text'})`,
      help: `Mount the file there, for example as a secret: its place inside the service is /run/secrets/<name>.`,
    });
  }
}

function wordsOf(text: string): readonly string[] {
  try {
    return split(text);
  } catch {
    throw new Problem({
      code: 'arguments-unreadable',
      message: `POSTGRES_INITDB_ARGS cannot be split into words: ${text}`,
      help: 'Close every quote in it.',
    });
  }
}
