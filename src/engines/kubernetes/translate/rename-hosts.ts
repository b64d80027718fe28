import type { ProjectContext } from './context.ts';

const NAMES_HOST =
  /(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVERS|ENDPOINT|ENDPOINTS|UPSTREAM|BROKER|BROKERS|NODE|NODES|HOSTS|URL|URI|DSN|PROXY|BACKEND|SERVICE|TARGET)$/i;

/**
 * Text with the new names of services whose name a cluster cannot spell, such as `postgres_db`.
 *
 * @param variable Name of the variable whose value it is: only some are a host and nothing else. Absent: a word of a command.
 */
export function renameHosts(
  text: string,
  { renamed: renamedNames }: Pick<ProjectContext, 'renamed'>,
  variable?: string,
): string {
  let renamed = text;
  for (const [old, name] of renamedNames) {
    if (!text.includes(old)) continue;
    if (renamed === old) {
      if (variable === undefined || NAMES_HOST.test(variable)) renamed = name;
      continue;
    }
    renamed = renamed.replaceAll(inAddress(old), `$1${name}`);
  }
  return renamed;
}

/** As the host of an address (`//db:5432/x`, `user@db`, `db:5432`, `-h db`, `host=db`). */
function inAddress(name: string): RegExp {
  const literal = name.replaceAll(/[.\\^$*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(
    String.raw`((?:^|[\s,])(?=${literal}:\d)|//|@|\bhost=|(?:^|\s)(?:-h\s*|--host[ =]))${literal}(?![\w.-])`,
    'g',
  );
}
