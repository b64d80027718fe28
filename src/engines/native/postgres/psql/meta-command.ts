import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { isAbsolute, join, resolve } from 'node:path';

import { targetOf } from './connect.ts';
import { type CopyCommand, readCopyCommand } from './copy-command.ts';
import { describeQuery } from './describe.ts';
import { errorText } from './messages.ts';
import type { Session } from './session.ts';
import type { TableStyle } from './table.ts';
import { metaWords } from './words.ts';

/** What comes after a backslash command. `failed`: it has told why. */
export type Outcome =
  | { readonly kind: 'done' | 'failed' | 'quit' }
  | { readonly kind: 'include'; readonly path: string };

interface Command {
  readonly name: string;
  /** Untouched. */
  readonly args: string;
  /** The statement that stands before it. */
  readonly statement: string;
}

const done: Outcome = { kind: 'done' };
const failed: Outcome = { kind: 'failed' };

/** Commands that end the statement before them instead of a semicolon. */
export const endsStatement: ReadonlySet<string> = new Set([
  'g',
  'gx',
  'gexec',
  'gset',
  'r',
  'reset',
]);

/** Carries out a backslash command; `\if` and its kin are not among them. */
export async function metaCommand(session: Session, command: Command): Promise<Outcome> {
  const words = metaWords(command.args, session.lookup);
  const own = COMMANDS[command.name];
  if (own !== undefined) return own(session, words, command);
  const query = describeQuery(command.name, words[0]);
  if (query !== undefined) return outcome(await session.execute(query));
  return fail(session, `invalid command \\${command.name}`);
}

type Handler = (
  session: Session,
  words: readonly string[],
  command: Command,
) => Outcome | Promise<Outcome>;

function outcome(succeeded: boolean): Outcome {
  return succeeded ? done : failed;
}

function fail(session: Session, message: string): Outcome {
  session.ownProblem(message);
  return failed;
}

const quit: Handler = () => ({ kind: 'quit' });
const nothing: Handler = () => done;
const needsReal: Handler = (session, _, { name }) =>
  fail(session, `\\${name} needs PostgreSQL's own psql`);

function include(relative: boolean): Handler {
  return (session, [path]) => {
    if (path === undefined) return fail(session, 'a file name is missing');
    const folder = session.source?.folder ?? '';
    return { kind: 'include', path: relative && !isAbsolute(path) ? join(folder, path) : path };
  };
}

function echo(write: (session: Session) => (text: string) => void): Handler {
  return (session, words) => {
    const [first, ...rest] = words;
    write(session)(first === '-n' ? rest.join(' ') : `${words.join(' ')}\n`);
    return done;
  };
}

async function reconnect(session: Session, words: readonly string[]): Promise<Outcome> {
  const [database, user, host, port] = words.map((word) =>
    word === '-' ? undefined : word.replaceAll(/"([^"]*)"/g, '$1'),
  );
  const { target, io } = session;
  const wanted = targetOf(
    {
      host: host ?? target.host,
      port: port ?? String(target.port),
      user: user ?? target.user,
      database: database ?? target.database,
    },
    { ...io.environment, ...(target.password !== undefined && { PGPASSWORD: target.password }) },
  );
  const uri = /^postgres(ql)?:\/\/|=/.test(database ?? '');
  const problem = await session.open(
    uri && database !== undefined ? targetOf({ database }, io.environment) : wanted,
  );
  if (problem !== undefined) {
    await session.close();
    return fail(session, `\\connect: ${problem}`);
  }
  if (!session.isOn('QUIET')) {
    const { database: name, user: who } = session.target;
    io.out(`You are now connected to database "${name}" as user "${who}".\n`);
  }
  return done;
}

function set({ variables, io }: Session, [name, ...values]: readonly string[]): Outcome {
  if (name === undefined) {
    for (const [each, value] of [...variables].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      io.out(`${each} = '${value}'\n`);
  } else variables.set(name, values.join(''));
  return done;
}

const noCopy = { read: () => Promise.resolve(undefined), write: () => {} };

/** The rows of the statement before; undefined when it has failed, which was told. */
async function rowsOf(session: Session, statement: string) {
  const result = await session.query(statement, noCopy);
  if (result.kind === 'failed') {
    session.problem(errorText(result.error, statement));
    return undefined;
  }
  const last = result.answers.findLast((answer) => answer.kind === 'rows');
  return last?.kind === 'rows' ? last.table : { columns: [], rows: [] };
}

/** Every cell of the result is a statement. */
async function executeResult(session: Session, statement: string): Promise<Outcome> {
  const table = await rowsOf(session, statement);
  if (table === undefined) return failed;
  let succeeded = true;
  for (const cell of table.rows.flat()) {
    if (cell === null) continue;
    succeeded = (await session.execute(cell)) && succeeded;
    if (!succeeded && session.isOn('ON_ERROR_STOP')) return failed;
  }
  return outcome(succeeded);
}

/** The one row of the result becomes variables. */
async function setFromResult(session: Session, statement: string, prefix = ''): Promise<Outcome> {
  const table = await rowsOf(session, statement);
  if (table === undefined) return failed;
  const [row, ...more] = table.rows;
  if (row === undefined) return fail(session, 'no rows returned for \\gset');
  if (more.length > 0) return fail(session, 'more than one row returned for \\gset');
  for (const [index, { name }] of table.columns.entries()) {
    const cell = row[index] ?? null;
    if (cell === null) session.variables.delete(prefix + name);
    else session.variables.set(prefix + name, cell);
  }
  return done;
}

async function copy(session: Session, args: string): Promise<Outcome> {
  const command = readCopyCommand(args);
  if (command === undefined) return fail(session, `\\copy: cannot read "${args}"`);
  const { end } = command;
  if (end.kind === 'script') return outcome(await session.execute(command.sql));
  const source = session.source;
  try {
    if (end.kind === 'file')
      return await copyFile(session, command, resolve(session.io.cwd, end.path));
    // From the program's own standard input, not from the script.
    session.source = undefined;
    return outcome(await session.execute(command.sql));
  } catch (error) {
    session.source = source;
    return fail(session, error instanceof Error ? error.message : '\\copy has failed');
  } finally {
    session.source = source;
  }
}

async function copyFile(
  session: Session,
  { sql, direction }: CopyCommand,
  path: string,
): Promise<Outcome> {
  const input = direction === 'from' ? createReadStream(path) : undefined;
  const output = direction === 'to' ? createWriteStream(path) : undefined;
  const chunks: AsyncIterator<Uint8Array> | undefined = input?.[Symbol.asyncIterator]();
  const result = await session.query(sql, {
    read: async () => (await chunks?.next())?.value,
    write: (chunk) => output?.write(chunk),
  });
  input?.destroy();
  output?.end();
  if (output !== undefined) await finished(output);
  if (result.kind === 'failed') return fail(session, errorText(result.error, sql));
  if (!session.isOn('QUIET')) session.io.out(`${result.answers.at(-1)?.tag ?? 'COPY'}\n`);
  return done;
}

function toggle(
  session: Session,
  change: 'tuplesOnly' | 'expanded',
  word: string | undefined,
): Outcome {
  const on = word === undefined ? undefined : !['off', 'false', '0', 'no'].includes(word);
  const now = on ?? !session.style[change];
  session.style = { ...session.style, [change]: now };
  // PostgreSQL's own says nothing to `\t on`, and does to `\t`.
  if (change === 'tuplesOnly' && word !== undefined) return done;
  const name = change === 'expanded' ? 'Expanded display' : 'Tuples only';
  return tell(session, `${name} is ${now ? 'on' : 'off'}.`);
}

function setFormat(session: Session, format: TableStyle['format']): Outcome {
  session.style = { ...session.style, format };
  return tell(session, `Output format is ${format}.`);
}

function tell(session: Session, text: string): Outcome {
  if (!session.isOn('QUIET')) session.io.out(`${text}\n`);
  return done;
}

function pset(session: Session, [name = '', value]: readonly string[]): Outcome {
  if (name === 't' || name === 'tuples_only') return toggle(session, 'tuplesOnly', value);
  if (name === 'x' || name === 'expanded') return toggle(session, 'expanded', value);
  if (name === 'fieldsep') session.style = { ...session.style, fieldSeparator: value ?? '|' };
  if (name === 'format' && (value === 'aligned' || value === 'unaligned' || value === 'csv')) {
    return setFormat(session, value);
  }
  return done;
}

async function runExpanded(session: Session, statement: string): Promise<Outcome> {
  const { style } = session;
  session.style = { ...style, expanded: true };
  try {
    return outcome(await session.execute(statement));
  } finally {
    session.style = style;
  }
}

const COMMANDS: Readonly<Record<string, Handler>> = {
  q: quit,
  quit,
  c: reconnect,
  connect: reconnect,
  i: include(false),
  include: include(false),
  ir: include(true),
  include_relative: include(true),
  set,
  unset: ({ variables }, [name = '']) => {
    variables.delete(name);
    return done;
  },
  getenv: ({ variables, io }, [name = '', variable = '']) => {
    const value = io.environment[variable];
    if (value !== undefined) variables.set(name, value);
    return done;
  },
  echo: echo(({ io }) => io.out),
  qecho: echo(({ io }) => io.out),
  warn: echo(({ io }) => io.err),
  g: async (session, _, { statement }) => outcome(await session.execute(statement)),
  gx: (session, _, { statement }) => runExpanded(session, statement),
  gexec: (session, _, { statement }) => executeResult(session, statement),
  gset: (session, [prefix], { statement }) => setFromResult(session, statement, prefix),
  copy: (session, _, { args }) => copy(session, args),
  conninfo: ({ io, target }) => {
    io.out(
      `You are connected to database "${target.database}" as user "${target.user}" at "${target.host}", port ${target.port}.\n`,
    );
    return done;
  },
  p: ({ io }, _, { statement }) => {
    io.out(`${statement}\n`);
    return done;
  },
  r: nothing,
  reset: nothing,
  t: (session, [word]) => toggle(session, 'tuplesOnly', word),
  x: (session, [word]) => toggle(session, 'expanded', word),
  a: (session) => setFormat(session, session.style.format === 'aligned' ? 'unaligned' : 'aligned'),
  pset,
  // They change what a person sees, or nothing at all here.
  timing: nothing,
  encoding: nothing,
  // The two lines that a dump is enclosed in since 2025.
  restrict: nothing,
  unrestrict: nothing,
  '!': needsReal,
  e: needsReal,
  edit: needsReal,
  o: needsReal,
  out: needsReal,
  password: needsReal,
  prompt: needsReal,
  watch: needsReal,
  lo_import: needsReal,
  lo_export: needsReal,
};
