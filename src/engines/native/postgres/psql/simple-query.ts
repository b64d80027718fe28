import { once } from 'node:events';

import type { Connection, Submittable } from 'pg';

import type { Table } from './table.ts';

/** What the server answers, in the order in which it does. */
export type Answer =
  | { readonly kind: 'rows'; readonly table: Table; readonly tag: string }
  | { readonly kind: 'done'; readonly tag: string };

export interface ServerError {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
  /** In characters of the query, from 1. */
  readonly position?: number;
}

export type QueryResult =
  | { readonly kind: 'answered'; readonly answers: readonly Answer[] }
  | {
      readonly kind: 'failed';
      readonly answers: readonly Answer[];
      readonly error: ServerError;
      /** The connection is gone, too. */
      readonly disconnected: boolean;
    };

export interface CopyStreams {
  /** Data for the server, piece by piece; undefined at the end. */
  readonly read: () => Promise<string | Uint8Array | undefined>;
  readonly write: (chunk: Uint8Array) => void;
}

/** Parts of the protocol's layer that `pg` has and its types leave out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

const NUMERIC = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

interface Fields {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** A query in the simple protocol, as a client for scripts sends it: several statements, results as text, COPY. */
export class SimpleQuery implements Submittable {
  readonly result: Promise<QueryResult>;
  readonly #text: string;
  readonly #copy: CopyStreams;
  readonly #answers: Answer[] = [];
  #resolve: (result: QueryResult) => void = () => {};
  #table: { columns: Table['columns']; rows: (readonly (string | null)[])[] } | undefined;

  constructor(text: string, copy: CopyStreams) {
    this.#text = text;
    this.#copy = copy;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleRowDescription({ fields }: Fields): void {
    const columns = fields.map(({ name, dataTypeID }) => ({
      name,
      numeric: NUMERIC.has(dataTypeID),
    }));
    this.#table = { columns, rows: [] };
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#table?.rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const table = this.#table;
    this.#table = undefined;
    this.#answers.push(
      table === undefined ? { kind: 'done', tag: text } : { kind: 'rows', table, tag: text },
    );
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleReadyForQuery(): void {
    this.#resolve({ kind: 'answered', answers: this.#answers });
  }

  handleError(error: Error & Partial<Record<keyof ServerError, string>>): void {
    const { severity, code, message, detail, hint, where, position } = error;
    this.#resolve({
      kind: 'failed',
      answers: this.#answers,
      disconnected: severity === undefined || severity === 'FATAL' || severity === 'PANIC',
      error: {
        severity: severity ?? 'FATAL',
        code: code ?? '08006',
        message,
        ...(detail !== undefined && { detail }),
        ...(hint !== undefined && { hint }),
        ...(where !== undefined && { where }),
        ...(position !== undefined && { position: Number(position) }),
      },
    });
  }

  handleCopyData({ chunk }: { readonly chunk: Uint8Array }): void {
    this.#copy.write(chunk);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.#send(connection).catch((error: unknown) => {
      connection.sendCopyFail(error instanceof Error ? error.message : 'no data');
    });
  }

  async #send(connection: CopyConnection): Promise<void> {
    for (
      let piece = await this.#copy.read();
      piece !== undefined;
      piece = await this.#copy.read()
    ) {
      connection.sendCopyFromChunk(Buffer.from(piece));
      // The server reads as fast as it can; so much and no more waits here.
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
    }
    connection.endCopyFrom();
  }
}
