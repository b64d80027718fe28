/** One line that a service wrote. */
export interface LogLine {
  /** `<project>-<service>-<number>`. */
  readonly replica: string;
  readonly service: string;
  /** Unix time in milliseconds; exact to about 0.1 s. Absent where nobody was watching. */
  readonly atMs?: number;
  /** Without the line end. Bytes that are no UTF-8 became U+FFFD. */
  readonly text: string;
}
