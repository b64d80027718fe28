import { expect, test } from 'vitest';
import { failureReason } from '../src/failure-reason.ts';

const database = { host: 'db', port: 5432, name: 'shop', user: 'app', password: 'secret' };

test.each([
  [{ code: 'ECONNREFUSED' }, 'connection refused'],
  [{ code: 'ENOTFOUND' }, 'host name "db" not found'],
  [{ code: '28P01' }, 'password refused for user "app"'],
  [{ code: '3D000' }, 'there is no database "shop"'],
  [new Error('timeout exceeded when trying to connect'), 'no answer in time'],
  [new Error('Query read timeout'), 'no answer in time'],
  [new Error('Connection terminated unexpectedly'), 'connection lost'],
  [new Error('the database system is starting up'), 'the database system is starting up'],
])('%s is reported as "%s"', (error, reason) => {
  expect(failureReason(error, database)).toBe(reason);
});
