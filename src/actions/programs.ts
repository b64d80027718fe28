/** Where the program's own parts are, as absolute paths. */
export interface Programs {
  /** Node itself. */
  readonly node: string;
  readonly daemon: string;
  readonly gate: string;
  readonly psql: string;
  /** Folder from which optional packages are looked up. */
  readonly folder: string;
  readonly version: string;
  /** Differs whenever the program's files do: a supervisor of another build is replaced. */
  readonly build: string;
}
