import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../../host/atomic-file.ts';
import type { PostgresSettings } from './settings.ts';

/** Kept in the data folder, so that it goes where the data go. */
const fileName = 'bowline.json';

interface Stored {
  readonly format: 1;
  readonly user: string;
  readonly database: string;
  /** Base 64; of no use without the password. */
  readonly salt: string;
  readonly password: string;
}

/** What the variables were when the cluster was made, or when they were last proved right. */
export interface CredentialsRecord {
  readonly user: string;
  readonly database: string;
  /** Is this the password of the record? */
  readonly matches: (password: string | undefined) => boolean;
}

/** Writes down the names, and a hash of the password, of a cluster. */
export async function recordCredentials(
  folder: string,
  { user, database, password }: PostgresSettings,
): Promise<void> {
  const salt = randomBytes(16);
  const stored: Stored = {
    format: 1,
    user,
    database,
    salt: salt.toString('base64'),
    password: hash(password, salt).toString('base64'),
  };
  await writeFileAtomically(join(folder, fileName), `${JSON.stringify(stored)}\n`);
}

/** Absent: the cluster was not made by bowline, or the record cannot be read. */
export async function readCredentials(folder: string): Promise<CredentialsRecord | undefined> {
  try {
    const stored: unknown = JSON.parse(await readFile(join(folder, fileName), 'utf8'));
    if (!isStored(stored)) return undefined;
    const salt = Buffer.from(stored.salt, 'base64');
    const kept = Buffer.from(stored.password, 'base64');
    return {
      user: stored.user,
      database: stored.database,
      matches: (password) => {
        const given = hash(password, salt);
        return given.length === kept.length && timingSafeEqual(given, kept);
      },
    };
  } catch {
    return undefined;
  }
}

/** About 3 ms: enough against guessing by somebody who may read the data anyway. */
function hash(password: string | undefined, salt: Buffer): Buffer {
  return scryptSync(password ?? '', salt, 32, { N: 1 << 10, r: 8, p: 1 });
}

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('format' in value)) return false;
  if (value.format !== 1) return false;
  return ['user', 'database', 'salt', 'password'].every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'string',
  );
}
