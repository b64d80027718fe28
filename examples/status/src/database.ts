import { Pool, type PoolClient } from 'pg';
import { failureReason } from './failure-reason.ts';
import type { DatabaseSettings } from './settings.ts';

/** Milliseconds for one connection or one question. Two of them must fit into a probe's patience. */
const STEP_TIMEOUT_MS = 1500;

/** Milliseconds for everything that one web request asks of the database. */
const REQUEST_TIMEOUT_MS = 1800;

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface Database {
  readonly settings: DatabaseSettings;
  /** Lends a connection to `question`. Never throws, and answers in under two seconds. */
  ask<T>(question: (client: PoolClient) => Promise<T>): Promise<Answer<T>>;
  close(): Promise<void>;
}

export function openDatabase(settings: DatabaseSettings): Database {
  const pool = new Pool({
    host: settings.host,
    port: settings.port,
    database: settings.name,
    user: settings.user,
    password: settings.password,
    application_name: 'status',
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: STEP_TIMEOUT_MS,
    query_timeout: STEP_TIMEOUT_MS,
  });
  // A connection that breaks says so, idle or lent out; unheard, the event would end the process.
  // The pool drops the connection by itself and opens a new one for the next question.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    settings,
    ask: (question) => answerInTime(lend(pool, question), settings),
    close: () => pool.end(),
  };
}

async function lend<T>(pool: Pool, question: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const value = await question(client);
    client.release();
    return value;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function answerInTime<T>(value: Promise<T>, settings: DatabaseSettings): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), REQUEST_TIMEOUT_MS);
  });
  try {
    return { kind: 'ok', value: await Promise.race([value, late]) };
  } catch (error) {
    return { kind: 'unreachable', reason: failureReason(error, settings) };
  } finally {
    clearTimeout(timer);
  }
}
