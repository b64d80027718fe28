/**
 * `$V`, `${V}`, `${V:-word}` and `${V:+word}` as a Dockerfile has them. A variable that is not set is empty; `\$` is a dollar.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\\\$|\$(?:(\w+)|\{(\w+)(?::?([-+])((?:[^{}]|\$\{[^}]*\})*))?\})/g,
    (whole, ...groups: (string | undefined)[]) => {
      const [plain, braced, operator, word = ''] = groups;
      if (whole === '\\$') return '$';
      const value = variables.get(plain ?? braced ?? '') ?? '';
      if (operator === '-') return value === '' ? expandVariables(word, variables) : value;
      if (operator === '+') return value === '' ? '' : expandVariables(word, variables);
      return value;
    },
  );
}
