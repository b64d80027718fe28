import { ComposeError } from '../model/diagnostic.ts';

/** `--scale web=3`. @throws {ComposeError} for anything else. */
export function parseScale(given: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    given.map((each) => {
      const [, service, copies] = /^([^=]+)=(\d{1,4})$/.exec(each) ?? [];
      if (service === undefined || copies === undefined) throw notAScale(each);
      return [service, Number(copies)];
    }),
  );
}

function notAScale(given: string): ComposeError {
  return new ComposeError(
    [
      {
        code: 'arguments/scale',
        severity: 'error',
        message: `--scale does not understand "${given}"`,
        help: 'Write a service and how many copies of it, as in --scale web=2.',
      },
    ],
    { sources: new Map() },
  );
}
