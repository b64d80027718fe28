import type { PostgresSettings } from './settings.ts';

/**
 * `pg_hba.conf` as the image has it, but for one thing: its own file trusts everybody on the loopback address, where in a
 * container only the container itself is. Here the application is there, too, so its password counts; the service itself
 * comes through the socket, whose folder only this user can enter.
 */
export function hostRules(
  { initdbArgs, hostAuthMethod }: PostgresSettings,
  ownMethod: string,
): string {
  const local =
    optionOf(initdbArgs, '--auth-local') ?? optionOf(initdbArgs, '--auth', '-A') ?? 'trust';
  const method = hostAuthMethod ?? ownMethod;
  const rows = [
    ['local', 'all', 'all', '', local],
    ['local', 'replication', 'all', '', local],
    ...['127.0.0.0/8', '::1/128'].flatMap((address) => [
      ['host', 'all', 'all', address, method],
      ['host', 'replication', 'all', address, method],
    ]),
    ['host', 'all', 'all', 'all', method],
  ];
  return `# TYPE  DATABASE        USER            ADDRESS                 METHOD
${rows.map(([type = '', database = '', user = '', address = '', how = '']) => `${type.padEnd(8)}${database.padEnd(16)}${user.padEnd(16)}${address.padEnd(24)}${how}\n`).join('')}`;
}

/** The value of an option in any of its forms: `--name=value`, `--name value`, `-N value`, `-Nvalue`. The last one counts. */
export function optionOf(
  args: readonly string[],
  long: string,
  short?: string,
): string | undefined {
  let value: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === long || arg === short) value = args[index + 1];
    else if (arg.startsWith(`${long}=`)) value = arg.slice(long.length + 1);
    else if (short !== undefined && arg.startsWith(short) && !arg.startsWith('--'))
      value = arg.slice(short.length);
  }
  return value;
}
