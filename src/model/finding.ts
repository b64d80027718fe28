import type { Span } from './diagnostic.ts';

/** Why something does not work in the world, although the file is right: cause, proof and fix. */
export interface Finding {
  /** Stable and documented, as in `native/port-taken`. */
  readonly code: `${'service' | 'native' | 'docker' | 'kubernetes' | 'engine' | 'postgres' | 'daemon' | 'task' | 'lease'}/${string}`;
  readonly service?: string;
  /** One line, lower case, without a full stop; names the thing and the numbers. */
  readonly cause: string;
  /** What was seen: the last lines of a log, an answer, a process that holds a port. */
  readonly proof?: readonly string[];
  /** What to do: whole sentences, if possible a command each. */
  readonly fix?: readonly string[];
  /** Where in the user's files the cause lies, when it lies there. */
  readonly at?: Span;
}

/** The world did not do what was asked. Carries every finding at once; exit code 1 unless it says otherwise. */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly findings: readonly Finding[];
  /** See `ExitCode`. @defaultValue 1 */
  readonly exitCode: number;

  constructor(
    findings: readonly Finding[],
    { exitCode = 1, ...options }: ErrorOptions & { readonly exitCode?: number } = {},
  ) {
    super(findings.map(({ cause }) => cause).join('\n'), options);
    this.findings = findings;
    this.exitCode = exitCode;
  }
}
