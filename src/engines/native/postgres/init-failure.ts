/** A step of an initialisation has failed. `message` names it, `lines` are the last that it wrote. */
export class InitFailure extends Error {
  override readonly name = 'InitFailure';
  readonly lines: readonly string[];
  /** Exit code of the program that failed, where there was one. */
  readonly code?: number;

  constructor(
    message: string,
    lines: readonly string[],
    { code, ...options }: ErrorOptions & { readonly code?: number } = {},
  ) {
    super(message, options);
    this.lines = lines;
    if (code !== undefined) this.code = code;
  }
}
