/**
 * Text in which the kubelet finds nothing to put in: it reads `$(NAME)` and `$$` in commands, arguments, values of
 * variables and commands of probes, though not in hooks or in what comes from a Secret.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function escapeForKubelet(text: string): string {
  return text.includes('$') ? text.replaceAll(/\$(?=[$(])/g, '$$$$') : text;
}

/** One word for a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
