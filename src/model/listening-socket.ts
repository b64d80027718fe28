/** Where a process waits for connections. */
export interface ListeningSocket {
  /** As in `127.0.0.1` or `::`. */
  readonly address: string;
  readonly port: number;
}
