/** Programs of one PostgreSQL version on this machine. */
export interface PostgresBinaries {
  readonly major: number;
  /** As in `17.10`. */
  readonly version: string;
  /** Absolute path of the folder with `postgres`, `initdb` and `pg_ctl`. */
  readonly bin: string;
  /** Names this very build; a cluster's template is kept by it. */
  readonly build: string;
  /** `system`: somebody installed them on this machine. */
  readonly origin: 'package' | 'system';
}
