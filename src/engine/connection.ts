import type { ServiceName } from '../model/project.ts';

/** A port of a copy that is to be reached from this machine. */
export interface ConnectRequest {
  readonly service: ServiceName;
  /** On which the process listens. */
  readonly port: number;
  /** From 1: that copy, whether it is ready or not. Absent: one that is ready, the newest first. */
  readonly number?: number;
  /** Names of copies that did not take the connection just now: others are tried before. */
  readonly after: ReadonlySet<string>;
}

/** A connection to a copy of a service. It fails with `NotReachedError` when the copy has not taken it. */
export interface Connection {
  /** Its name. */
  readonly replica: string;
  readonly stream: NodeJS.ReadWriteStream & { destroy(error?: Error): unknown };
}

/** Where a service is reached from outside of its engine. */
export interface ServiceAddress {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** On which the process listens. */
  readonly target: number;
  /** Absent: as the port has it. */
  readonly scheme?: 'http' | 'https';
}
