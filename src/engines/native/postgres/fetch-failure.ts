/** Programs could not be had. `message` says what failed, `lines` are what was seen. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  readonly lines: readonly string[];

  constructor(message: string, lines: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.lines = lines;
  }
}
