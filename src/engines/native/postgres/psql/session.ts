import type { Client } from 'pg';

import {
  connect,
  connectionProblem,
  type Environment,
  type Notice,
  type Target,
} from './connect.ts';
import type { LineSource } from './lines.ts';
import { errorText, noticeText } from './messages.ts';
import { type Answer, type CopyStreams, type QueryResult, SimpleQuery } from './simple-query.ts';
import { printTable, type TableStyle } from './table.ts';

/** The outer world of the program. */
export interface PsqlIo {
  readonly environment: Environment;
  readonly cwd: string;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdinIsTerminal: boolean;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
}

/** One connection, and everything that commands can change about how it is used. */
export class Session {
  readonly io: PsqlIo;
  readonly variables: Map<string, string>;
  style: TableStyle;
  target: Target;
  /** Errors so far, of the server and of this program. */
  errors = 0;
  /** Where commands come from now. */
  source: LineSource | undefined;
  #client: Client | undefined;

  constructor(
    target: Target,
    {
      io,
      variables,
      style,
    }: { readonly io: PsqlIo; readonly variables: Map<string, string>; readonly style: TableStyle },
  ) {
    this.target = target;
    this.io = io;
    this.variables = variables;
    this.style = style;
  }

  readonly lookup = (name: string): string | undefined => this.variables.get(name);

  /** True for `on` and its kin; also for a variable that was set to nothing. */
  isOn(name: string): boolean {
    const value = this.variables.get(name)?.toLowerCase();
    return value !== undefined && !['off', '0', 'false', 'no', 'f', 'n'].includes(value);
  }

  /** @returns why it failed. */
  async open(target: Target): Promise<string | undefined> {
    try {
      const client = await connect(target, (notice) => this.#notice(notice));
      await this.close();
      this.#client = client;
      this.target = target;
      this.variables
        .set('DBNAME', target.database)
        .set('USER', target.user)
        .set('HOST', target.host)
        .set('PORT', String(target.port));
      return undefined;
    } catch (error) {
      return connectionProblem(target, error);
    }
  }

  async close(): Promise<void> {
    await this.#client?.end().catch(() => {});
    this.#client = undefined;
  }

  /** Sends a query as it is, and waits for its end. */
  async query(text: string, copy: CopyStreams): Promise<QueryResult> {
    const client = this.#client;
    if (client === undefined) {
      const error = { severity: 'FATAL', code: '08003', message: 'no connection to the server' };
      return { kind: 'failed', answers: [], error, disconnected: true };
    }
    const query = new SimpleQuery(text, copy);
    client.query(query);
    const result = await query.result;
    this.#remember(result);
    return result;
  }

  /** Carries out a statement and prints what comes back. False: it has failed. */
  async execute(text: string): Promise<boolean> {
    const echo = this.variables.get('ECHO');
    if (echo === 'queries') this.io.out(`${text}\n`);
    let copied = false;
    const result = await this.query(text, {
      read: copyData(this.source ?? this.#standardInput()),
      write: (chunk) => {
        copied = true;
        this.io.out(chunk);
      },
    });
    for (const answer of result.answers) this.#print(answer, copied);
    if (result.kind === 'answered') return true;
    this.errors += 1;
    this.problem(errorText(result.error, text));
    if (echo === 'errors') this.io.err(`STATEMENT:  ${text}\n`);
    if (result.disconnected) await this.close();
    return false;
  }

  /** Tells an error or a notice, and where in the script it arose. */
  problem(text: string): void {
    const { name, number } = this.source ?? {};
    this.io.err(`${name === undefined ? '' : `psql:${name}:${number ?? 0}: `}${text}\n`);
  }

  /** Tells an error of this program itself. */
  ownProblem(text: string): void {
    this.errors += 1;
    if (this.source?.name !== undefined) this.problem(`error: ${text}`);
    else this.io.err(`${this.source === undefined ? 'psql: error: ' : ''}${text}\n`);
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  #standardInput(): Pick<LineSource, 'next'> {
    const chunks = this.io.stdin[Symbol.asyncIterator]();
    return {
      next: async () => {
        const { value, done } = await chunks.next();
        return done === true ? undefined : String(value).replace(/\n$/, '');
      },
    };
  }

  #notice(notice: Notice): void {
    this.problem(noticeText(notice));
  }

  #remember(result: QueryResult): void {
    const failed = result.kind === 'failed';
    this.variables.set('ERROR', String(failed));
    this.variables.set('SQLSTATE', failed ? result.error.code : '00000');
    const last = result.answers.at(-1);
    this.variables.set('ROW_COUNT', /(\d+)$/.exec(last?.tag ?? '')?.[1] ?? '0');
    if (!failed) return;
    this.variables.set('LAST_ERROR_MESSAGE', result.error.message);
    this.variables.set('LAST_ERROR_SQLSTATE', result.error.code);
  }

  #print(answer: Answer, copied: boolean): void {
    if (answer.kind === 'rows') this.io.out(printTable(answer.table, this.style));
    // What was copied to standard output is the result.
    const silent = copied && answer.tag.startsWith('COPY');
    const isSelection =
      answer.kind === 'rows' && /^(SELECT|SHOW|EXPLAIN|FETCH|EXECUTE)/.test(answer.tag);
    if (!this.isOn('QUIET') && !silent && !isSelection) this.io.out(`${answer.tag}\n`);
  }
}

/** Bytes that go to the server at once. */
const pieceBytes = 1 << 16;

/** The lines up to `\.`, in pieces. */
function copyData(source: Pick<LineSource, 'next'>): CopyStreams['read'] {
  let ended = false;
  return async () => {
    if (ended) return undefined;
    let piece = '';
    while (piece.length < pieceBytes) {
      const line = await source.next();
      ended = line === undefined || line === '\\.';
      if (ended) break;
      piece += `${line}\n`;
    }
    return piece === '' ? undefined : piece;
  };
}
