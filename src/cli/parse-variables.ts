/** `-e NAME=value`; `-e NAME` alone takes the value of this program's own environment, and is nothing without one. */
export function parseVariables(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const each of given) {
    const split = each.indexOf('=');
    const name = split === -1 ? each : each.slice(0, split);
    const value = split === -1 ? environment[name] : each.slice(split + 1);
    if (value !== undefined) variables.set(name, value);
  }
  return variables;
}
