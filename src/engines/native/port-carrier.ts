/** Where a service is told which port to listen on. */
export type PortCarrier =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'argument'; readonly index: number };

/** What can be seen of a service before it starts. */
export interface Startup {
  readonly argv: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
}

/**
 * Finds what carries `port` to the program: a variable with PORT in its name and just that value, or one argument
 * that ends in it, as `--port 5000`, `--port=5000`, `0.0.0.0:5000` or `:5000`. Nothing when none or several arguments do.
 */
export function findPortCarrier(
  port: number,
  { argv, environment }: Startup,
): PortCarrier | undefined {
  const text = String(port);
  for (const [name, value] of environment) {
    if (/PORT/i.test(name) && value === text) return { kind: 'variable', name };
  }
  const pattern = argumentPattern(port);
  const indexes = argv.flatMap((argument, index) => (pattern.test(argument) ? [index] : []));
  const [index, ...others] = indexes;
  return index === undefined || others.length > 0 ? undefined : { kind: 'argument', index };
}

/** The same start-up with another port. */
export function withPort(
  { argv, environment }: Startup,
  carrier: PortCarrier,
  { from, to }: { readonly from: number; readonly to: number },
): Startup {
  if (carrier.kind === 'variable') {
    return { argv, environment: new Map([...environment, [carrier.name, String(to)]]) };
  }
  const pattern = argumentPattern(from);
  return {
    argv: argv.map((argument, index) =>
      index === carrier.index
        ? argument.replace(pattern, (_, before: string) => `${before}${to}`)
        : argument,
    ),
    environment,
  };
}

/** The port as the whole argument, or after `=` or `:`, before its end or a blank (of a shell's line). */
function argumentPattern(port: number): RegExp {
  return new RegExp(`(^|[=:\\s])${port}(?=$|[\\s'"])`);
}
