import { targetOf } from './connect.ts';
import { ChunkedLines, linesOfText } from './lines.ts';
import { type Action, parseOptions, type PsqlOptions } from './options.ts';
import { runFile, runScript } from './run-script.ts';
import { type PsqlIo, Session } from './session.ts';

export type { PsqlIo };

/** The exit codes of PostgreSQL's own client. */
const ok = 0;
const fatal = 1;
const badConnection = 2;
const scriptError = 3;

const about =
  "psql (PostgreSQL's client, as far as scripts need it; of bowline). Interactive work wants PostgreSQL's own: install postgresql-client.";

/**
 * A stand-in for `psql` where a machine has none: runs scripts and single commands, and prints what they give. Gives the
 * exit code.
 */
export async function psql(argv: readonly string[], io: PsqlIo): Promise<number> {
  const parsed = parseOptions(argv);
  if (parsed.kind === 'wrong') {
    io.err(`psql: ${parsed.message}\n`);
    return fatal;
  }
  if (parsed.kind !== 'options') {
    io.out(`${about}\n`);
    return ok;
  }
  const { options } = parsed;
  if (options.actions.length === 0 && io.stdinIsTerminal) {
    io.err(
      `psql: error: an interactive session needs PostgreSQL's own psql; install it (postgresql-client), or give -c or -f\n`,
    );
    return fatal;
  }
  const session = new Session(targetOf(options.connection, io.environment), {
    io,
    variables: variablesOf(options),
    style: options,
  });
  const problem = await session.open(session.target);
  if (problem !== undefined) {
    io.err(`psql: error: ${problem}\n`);
    return badConnection;
  }
  try {
    return await runAll(session, options);
  } finally {
    await session.close();
  }
}

function variablesOf({ variables, quiet, echo }: PsqlOptions): Map<string, string> {
  return new Map([
    ['QUIET', quiet ? 'on' : 'off'],
    ['ECHO', echo],
    ['ON_ERROR_STOP', 'off'],
    ...variables,
  ]);
}

async function runAll(session: Session, options: PsqlOptions): Promise<number> {
  const { singleTransaction } = options;
  const actions: readonly Action[] =
    options.actions.length === 0 ? [{ kind: 'input' }] : options.actions;
  if (singleTransaction && !(await quietly(session, 'BEGIN'))) return fatal;
  let code = ok;
  for (const action of actions) {
    code = await runAction(session, action);
    if (code !== ok && (session.isOn('ON_ERROR_STOP') || !session.isConnected)) break;
  }
  if (singleTransaction) await quietly(session, code === ok ? 'COMMIT' : 'ROLLBACK');
  return session.isConnected ? code : badConnection;
}

/** The transaction around everything says nothing. */
async function quietly(session: Session, text: string): Promise<boolean> {
  const quiet = session.variables.get('QUIET') ?? 'off';
  session.variables.set('QUIET', 'on');
  const succeeded = await session.execute(text);
  session.variables.set('QUIET', quiet);
  return succeeded;
}

async function runAction(session: Session, action: Action): Promise<number> {
  const { io } = session;
  if (action.kind === 'command') {
    if (!action.text.trimStart().startsWith('\\'))
      return (await session.execute(action.text)) ? ok : fatal;
    const source = linesOfText(action.text);
    const before = session.errors;
    await runScript(session, source);
    return session.errors > before ? fatal : ok;
  }
  if (action.kind === 'file' && action.path !== '-') {
    const before = session.errors;
    const ending = await runFile(session, action.path);
    if (ending !== 'stopped') return ok;
    // A file that is not there counts otherwise than an error in one.
    return session.errors === before + 1 && session.variables.get('ERROR') !== 'true'
      ? fatal
      : scriptError;
  }
  const name = action.kind === 'file' ? { name: '<stdin>' } : {};
  const source = new ChunkedLines(io.stdin, { ...name, folder: '' });
  return (await runScript(session, source)) === 'stopped' ? scriptError : ok;
}
