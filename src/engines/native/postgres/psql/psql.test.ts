import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { systemClock } from '../../../../host/clock.ts';
import { postgresReady } from '../../../../host/postgres-ready.ts';
import { waitUntil } from '../../../../host/wait-until.ts';
import { makeRig, type Rig } from '../testing/rig.ts';
import { pgIsReady } from './pg-is-ready.ts';
import { psql } from './psql.ts';

let rig: Rig;
let sockets = '';
let cwd = '';
beforeAll(async () => {
  rig = await makeRig();
  cwd = await mkdtemp(join(rig.root, 'cwd-'));
  const service = await rig.service({ POSTGRES_USER: 'me' });
  await rig.init(service);
  ({ sockets } = await rig.start(service, 5432));
  const { signal } = new AbortController();
  await waitUntil(
    async () =>
      (await postgresReady({ host: sockets, port: 5432 }, signal)) === 'accepting'
        ? true
        : undefined,
    { clock: systemClock, signal, what: 'the server', everyMs: 5, timeoutMs: 20_000 },
  );
}, 60_000);
afterAll(() => rig[Symbol.asyncDispose]());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], input = '', program = psql): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  async function* stdin(): AsyncGenerator<string> {
    yield input;
  }
  const code = await program(args, {
    environment: { PGHOST: sockets, PGUSER: 'me', SOME: 'thing' },
    cwd,
    stdin: stdin(),
    stdinIsTerminal: false,
    out: (text) => void out.push(typeof text === 'string' ? text : Buffer.from(text).toString()),
    err: (text) => void err.push(text),
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** Runs a script in a transaction that is thrown away. */
async function script(text: string): Promise<Ran> {
  return run(['-qAt'], `begin;\n${text}\n;rollback;\n`);
}

test('a result is a table', async () => {
  const { out } = await run([
    '-c',
    `select 'ü' as a, 12 as number, null as "B c" union all select 'two', 3, 'x'`,
  ]);
  expect(out).toBe(
    [
      '  a  | number | B c ',
      '-----+--------+-----',
      ' ü   |     12 | ',
      ' two |      3 | x',
      '(2 rows)',
      '',
      '',
    ].join('\n'),
  );
});

test('commands say what they did, unless they are to be quiet', async () => {
  expect((await run([], 'create temp table t (a int); insert into t values (1), (2);')).out).toBe(
    'CREATE TABLE\nINSERT 0 2\n',
  );
  expect((await run(['-q'], 'create temp table t (a int);')).out).toBe('');
});

describe('a script is cut into statements', () => {
  test.each<[string, string, string]>([
    ['quotes hide a semicolon', `select 'a;b', "x;y" from (select 1 as "x;y") q;`, 'a;b|1\n'],
    ['a dollar quote hides everything', `select $f$it's; $$ok$$$f$;`, "it's; $$ok$$\n"],
    ['an escaped quote does not end a text', `select E'it\\'s; ok';`, "it's; ok\n"],
    ['comments hide a semicolon', `select 1 -- one;\n/* two; /* three; */ */ + 1;`, '2\n'],
    [
      'a function body in standard SQL is one statement',
      `create function pg_temp.f() returns int begin atomic; select 1; select case when true then 7 end; end; select pg_temp.f();`,
      '7\n',
    ],
    ['what has no semicolon is run at the end', 'select 5', '5\n'],
    ['several lines are one statement', 'select\n  1,\n  2\n;', '1|2\n'],
  ])('%s', async (_, text, expected) => {
    expect(await script(text)).toEqual({ code: 0, out: expected, err: '' });
  });
});

describe('variables', () => {
  test('are put in as they are, as a text, as a name', async () => {
    const { out } = await run(
      ['-At', '-v', `a=it's`, '-v', 'n=5'],
      `select :n + 1, :'a', :"a" from (select 1 as "it's") x, (select 'a:n'::text) y;`,
    );
    expect(out).toBe("6|it's|1\n");
  });

  test('that are not set stay what they are', async () => {
    expect((await run([], 'select :nothing;')).err).toContain('syntax error at or near ":"');
  });

  test('can be set by the script, from a result and from the environment', async () => {
    const { out } = await run(
      ['-At'],
      `\\set x 1 2 'a b'\n\\echo :x\nselect 7 as seven, 'q' as q \\gset p_\n\\echo :p_seven :p_q\n\\getenv e SOME\n\\echo :e\n`,
    );
    expect(out).toBe('12a b\n7 q\nthing\n');
  });

  test('decide about branches', async () => {
    const { out } = await run(
      ['-At', '-v', 'on=yes'],
      `\\if :on\nselect 1;\n\\else\nselect 2;\n\\endif\n\\if :{?off}\nselect 3;\n\\elif true\nselect 4;\n\\endif\n`,
    );
    expect(out).toBe('1\n4\n');
  });
});

test('COPY takes its data from the script and gives them to standard output', async () => {
  const { out, err } = await run(
    [],
    `create temp table t (a int, b text);\ncopy t from stdin;\n1\tone\\\\1\n2\t\\N\n\\.\ncopy t to stdout (format csv);\nselect count(*) as n from t \\gset\n\\echo :n\n`,
  );
  expect([err, out]).toEqual(['', 'CREATE TABLE\nCOPY 2\n1,one\\1\n2,\n2\n']);
});

test('a large COPY arrives whole', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `${index}\tline ${index}`).join('\n');
  const { out } = await run(
    ['-qAt'],
    `create temp table t (a int, b text);\ncopy t from stdin;\n${lines}\n\\.\nselect count(*), sum(a) from t;\n`,
  );
  expect(out).toBe('200000|19999900000\n');
});

test('\\copy reads and writes files of its own', async () => {
  await writeFile(join(cwd, 'in.csv'), '1,"a,b"\n2,c\n');
  const { out } = await run(
    ['-At'],
    `create temp table t (a int, b text);\n\\copy t from 'in.csv' csv\n\\copy (select b from t order by a) to 'out.csv' csv\n\\copy t (b) to stdout\n`,
  );
  expect(out).toBe('CREATE TABLE\nCOPY 2\nCOPY 2\na,b\nc\n');
});

test('files include files, by their own place too', async () => {
  await mkdir(join(cwd, 'deep'), { recursive: true });
  await writeFile(join(cwd, 'a.sql'), `\\ir deep/b.sql\nselect 'a';\n`);
  await writeFile(join(cwd, 'deep/b.sql'), `\\ir c.sql\nselect 'b';\n\\q\nselect 'never';\n`);
  await writeFile(join(cwd, 'deep/c.sql'), `select 'c';\n`);
  expect((await run(['-At', '-f', 'a.sql'])).out).toBe('c\nb\na\n');
});

test('a result can be carried out', async () => {
  expect(
    (await script(`select format('select %s', n) from generate_series(1, 3) n \\gexec`)).out,
  ).toBe('1\n2\n3\n');
});

test('another database can be connected to', async () => {
  const { out } = await run(
    ['-At', '-d', 'me'],
    `\\c postgres\nselect current_database();\n\\c - me\nselect current_user;\n`,
  );
  expect(out).toBe(
    'You are now connected to database "postgres" as user "me".\npostgres\nYou are now connected to database "postgres" as user "me".\nme\n',
  );
});

describe('an error', () => {
  test('is shown with its place in the file and in the query', async () => {
    await writeFile(join(cwd, 'bad.sql'), 'select 1;\nselect bogus;\nselect 2;\n');
    expect(await run(['-At', '-f', 'bad.sql'])).toEqual({
      code: 0,
      out: '1\n2\n',
      err: 'psql:bad.sql:2: ERROR:  column "bogus" does not exist\nLINE 1: select bogus;\n               ^\n',
    });
  });

  test.each<[string, readonly string[], string, number]>([
    [
      'ends a script with 3 where it is to stop',
      ['-v', 'ON_ERROR_STOP=1'],
      'select 1/0; select 1;',
      3,
    ],
    ['does not end a script otherwise', [], 'select 1/0;', 0],
    ['ends a command with 1', ['-c', 'select 1/0'], '', 1],
    ['in the way to the server ends with 2', ['-h', '/nonexistent', '-c', 'select 1'], '', 2],
    ['of a user who is not there ends with 2', ['-U', 'nobody', '-c', 'select 1'], '', 2],
    ['of a file that is not there ends with 1', ['-f', 'missing.sql'], '', 1],
    ['of the program itself counts, too', ['-v', 'ON_ERROR_STOP=1'], '\\nonsense\nselect 1;', 3],
    // oxlint-disable-next-line max-params -- a row of the table
  ])('%s', async (_, args, input, code) => {
    expect((await run(args, input)).code).toBe(code);
  });

  test('undoes everything that was asked for as one transaction', async () => {
    expect((await run(['-1', '-c', 'create table once (a int)', '-c', 'select 1/0'])).code).toBe(1);
    expect((await run(['-At', '-c', `select to_regclass('once')`])).out).toBe('\n');
  });

  test('says which server it did not reach', async () => {
    expect((await run(['-h', '/nonexistent', '-c', 'select 1'])).err).toBe(
      'psql: error: connection to server on socket "/nonexistent/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n',
    );
  });
});

test('notices go to standard error', async () => {
  const { err } = await run(['-q'], `do $$ begin raise notice 'hello'; end $$;`);
  expect(err).toBe('NOTICE:  hello\n');
});

test.each<[string, readonly string[], string]>([
  ['rows alone', ['-tAc', `select 1, null, 'x'`], '1||x\n'],
  ['comma separated', ['--csv', '-c', `select 'a,b' as q, null as n`], 'q,n\n"a,b",\n'],
  [
    'one value a line',
    ['-x', '-c', `select 1 as a, 'xy' as bcd`],
    '-[ RECORD 1 ]\na   | 1\nbcd | xy\n\n',
  ],
  ['another separator', ['-A', '-F', ';', '-c', 'select 1 as a, 2 as b'], 'a;b\n1;2\n(1 row)\n'],
  [
    'a URI',
    ['postgresql:///template1?user=me', '-tAc', 'select current_database()'],
    'template1\n',
  ],
  ['a connection string', ['dbname=template1', '-tAc', 'select current_database()'], 'template1\n'],
  ['names in their places', ['template1', 'me', '-tAc', 'select current_user'], 'me\n'],
  [
    'long options',
    [
      '--dbname=postgres',
      '--username',
      'me',
      '--tuples-only',
      '--no-align',
      '--command',
      'select 1',
    ],
    '1\n',
  ],
])('the command line understands: %s', async (_, args, expected) => {
  const { out, err } = await run(args);
  expect([err, out]).toEqual(['', expected]);
});

test('a person is told to install the real one', async () => {
  const result = await psql([], {
    environment: {},
    cwd,
    stdin: (async function* (): AsyncGenerator<string> {})(),
    stdinIsTerminal: true,
    out: () => {},
    err: (text) => {
      expect(text).toContain("PostgreSQL's own psql");
    },
  });
  expect(result).toBe(1);
});

test('pg_isready tells whether a server accepts connections', async () => {
  expect(await run([], '', pgIsReady)).toMatchObject({
    code: 0,
    out: `${sockets}:5432 - accepting connections\n`,
  });
  expect(await run(['-q', '-h', '127.0.0.1', '-p', '1', '-t', '2'], '', pgIsReady)).toMatchObject({
    code: 2,
    out: '',
  });
});

afterAll(() => rm(cwd, { recursive: true, force: true }));
