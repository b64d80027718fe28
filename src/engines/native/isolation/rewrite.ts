import type { InnerProcess, OuterProcess, Surroundings } from '../isolation.ts';

/**
 * Makes a process of a container one of this machine without any isolation: paths and host names that stand in its
 * arguments, its folder and its environment are written differently. What stands in files cannot be.
 *
 * Paths are found at path boundaries, also inside a shell's line. Host names are found where they can be nothing else:
 * in an address, before a port, after an option or in a variable for hosts. A database that is named like its service
 * stays what it is.
 */
export function rewriteProcess(inner: InnerProcess, { views, hosts }: Surroundings): OuterProcess {
  const notes = new Map<string, string>();
  const paths = views
    .map(({ target, source }) => [target, source] as const)
    .toSorted(([a], [b]) => b.length - a.length);
  const note = (where: string) => (from: string, to: string) => {
    notes.set(`${where} ${from}`, `${where}: ${from} → ${to}`);
  };
  const text = (value: string, where: string): string =>
    rewriteAddresses(rewritePaths(value, paths, note(where)), hosts, note(where));
  const [program, ...args] = rewriteArguments(inner.argv, { text, hosts, note });
  return {
    argv: [program ?? '', ...args],
    cwd: rewritePaths(inner.cwd, paths, () => {}),
    environment: Object.fromEntries(
      [...inner.environment].map(([name, value]) => [
        name,
        name === 'HOSTNAME' ? value : rewriteHostVariable(name, text(value, name), { hosts, note }),
      ]),
    ),
    rewritten: [...notes.values()],
  };
}

type Note = (where: string) => (from: string, to: string) => void;

interface Words {
  readonly hosts: ReadonlyMap<string, string>;
  readonly note: Note;
}

function rewriteArguments(
  argv: readonly string[],
  { text, hosts, note }: Words & { readonly text: (value: string, where: string) => string },
): readonly string[] {
  return argv.map((argument, index) => {
    const before = argv[index - 1] ?? '';
    const address = HOST_OPTION.test(before) ? hosts.get(argument) : undefined;
    if (address === undefined)
      return rewriteHostOptions(text(argument, 'command'), { hosts, note });
    note('command')(argument, address);
    return address;
  });
}

const HOST_OPTION = /^(-h|-H|--host|--hostname|--server)$/;
const HOST_VARIABLE = /HOST|SERVER|ADDR|ENDPOINT|BROKER|UPSTREAM|URL|URI/i;

function rewriteHostVariable(name: string, value: string, { hosts, note }: Words): string {
  if (!HOST_VARIABLE.test(name)) return value;
  const names = value.split(',').map((each) => each.trim());
  const addresses = names.map((each) => hosts.get(each) ?? each);
  if (addresses.every((each, index) => each === names[index])) return value;
  note(name)(value, addresses.join(','));
  return addresses.join(',');
}

// Not after a letter, a digit or a part of a path; but after the two slashes of `file://`.
const BEFORE_PATH = '(?<![\\w./~-])|(?<=[a-z]://)';
const AFTER_PATH = '(?![\\w.-])';

function rewritePaths(
  value: string,
  paths: readonly (readonly [string, string])[],
  note: (from: string, to: string) => void,
): string {
  const present = paths.filter(([target]) => value.includes(target) && target !== '/');
  if (present.length === 0) return value;
  const pattern = new RegExp(
    `(?:${BEFORE_PATH})(${present.map(([target]) => escape(target)).join('|')})${AFTER_PATH}`,
    'g',
  );
  const sources = new Map(present);
  return value.replaceAll(pattern, (found: string) => {
    const source = sources.get(found) ?? found;
    if (source !== found) note(found, source);
    return source;
  });
}

/** `scheme://user:password@name:port/…` and `name:port`. */
function rewriteAddresses(
  value: string,
  hosts: ReadonlyMap<string, string>,
  note: (from: string, to: string) => void,
): string {
  const names = [...hosts.keys()].filter((name) => value.includes(name)).map(escape);
  if (names.length === 0) return value;
  const any = `(${names.toSorted((a, b) => b.length - a.length).join('|')})`;
  const replace = (name: string): string => {
    const address = hosts.get(name) ?? name;
    note(name, address);
    return address;
  };
  return value
    .replaceAll(
      new RegExp(`(://(?:[^\\s/@'"]*@)?)${any}(?=[:/?#,\\s'"]|$)`, 'g'),
      (_, before: string, name: string) => before + replace(name),
    )
    .replaceAll(
      new RegExp(`(?<![\\w.:/@-])${any}(?=:\\d{1,5}(?![\\w.:]))`, 'g'),
      (_, name: string) => replace(name),
    );
}

/** `--host=name`, `host=name` of a connection string, and `-h name` within a shell's line. */
function rewriteHostOptions(value: string, { hosts, note }: Words): string {
  const names = [...hosts.keys()].filter((name) => value.includes(name)).map(escape);
  if (names.length === 0) return value;
  const pattern = new RegExp(
    `((?:^|\\s)(?:--host(?:name)?[= ]|-[hH] ?|host=))(${names.join('|')})(?=$|[\\s'";|&)])`,
    'g',
  );
  return value.replaceAll(pattern, (_, before: string, name: string) => {
    const address = hosts.get(name) ?? name;
    note('command')(name, address);
    return before + address;
  });
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
