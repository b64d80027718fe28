/** One thing that the command line asks for; they are done in the order in which they were given. */
export type Action =
  | { readonly kind: 'command'; readonly text: string }
  /** `-` is standard input. */
  | { readonly kind: 'file'; readonly path: string }
  /** Standard input, because nothing else was asked for. */
  | { readonly kind: 'input' };

export interface Connection {
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  /** A name, a URI or a connection string. */
  readonly database?: string;
}

export interface PsqlOptions {
  readonly connection: Connection;
  readonly actions: readonly Action[];
  readonly variables: ReadonlyMap<string, string>;
  readonly quiet: boolean;
  readonly tuplesOnly: boolean;
  readonly format: 'aligned' | 'unaligned' | 'csv';
  readonly expanded: boolean;
  readonly fieldSeparator: string;
  readonly singleTransaction: boolean;
  readonly echo: 'none' | 'all' | 'queries' | 'errors';
}

export type Parsed =
  | { readonly kind: 'options'; readonly options: PsqlOptions }
  | { readonly kind: 'version' | 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Long names of the options that are understood, and whether they take a value. */
const LONG: Readonly<Record<string, readonly [letter: string, takesValue: boolean]>> = {
  host: ['h', true],
  port: ['p', true],
  username: ['U', true],
  dbname: ['d', true],
  command: ['c', true],
  file: ['f', true],
  set: ['v', true],
  variable: ['v', true],
  pset: ['P', true],
  'field-separator': ['F', true],
  'record-separator': ['R', true],
  output: ['o', true],
  'tuples-only': ['t', false],
  'no-align': ['A', false],
  expanded: ['x', false],
  quiet: ['q', false],
  'single-transaction': ['1', false],
  'no-psqlrc': ['X', false],
  'no-password': ['w', false],
  password: ['W', false],
  'echo-all': ['a', false],
  'echo-errors': ['b', false],
  'echo-queries': ['e', false],
  'no-readline': ['n', false],
  list: ['l', false],
  csv: ['C', false],
  version: ['V', false],
  help: ['?', false],
};
const WITH_VALUE = new Set(
  Object.values(LONG).flatMap(([letter, takesValue]) => (takesValue ? [letter] : [])),
);
const LETTERS = new Set(Object.values(LONG).map(([letter]) => letter));

/** Reads the command line as PostgreSQL's own does: options may follow the names, and letters may be joined. */
export function parseOptions(argv: readonly string[]): Parsed {
  const draft: Draft = {
    connection: {},
    actions: [],
    variables: new Map(),
    flags: new Set(),
    fieldSeparator: '|',
  };
  const names: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const arg = argv[index] ?? '';
    if (arg === '--') {
      names.push(...argv.slice(index + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      names.push(arg);
      continue;
    }
    const read = arg.startsWith('--')
      ? readLong(arg, argv[index + 1])
      : readShort(arg, argv[index + 1]);
    if (read === undefined) return { kind: 'wrong', message: `invalid option -- '${arg}'` };
    for (const [letter, value] of read.options) {
      const wrong = apply(draft, letter, value);
      if (wrong !== undefined) return { kind: 'wrong', message: wrong };
    }
    if (read.usedNext) index += 1;
  }
  if (draft.flags.has('V')) return { kind: 'version' };
  if (draft.flags.has('?')) return { kind: 'help' };
  return { kind: 'options', options: finished(draft, names) };
}

interface Draft {
  connection: { host?: string; port?: string; user?: string; database?: string };
  readonly actions: Action[];
  readonly variables: Map<string, string>;
  readonly flags: Set<string>;
  fieldSeparator: string;
}

interface Read {
  readonly options: readonly (readonly [letter: string, value: string])[];
  readonly usedNext: boolean;
}

function readLong(arg: string, next: string | undefined): Read | undefined {
  const equals = arg.indexOf('=');
  const [letter, takesValue] = LONG[arg.slice(2, equals === -1 ? undefined : equals)] ?? [];
  if (letter === undefined) return undefined;
  if (takesValue !== true)
    return equals === -1 ? { options: [[letter, '']], usedNext: false } : undefined;
  if (equals !== -1) return { options: [[letter, arg.slice(equals + 1)]], usedNext: false };
  return next === undefined ? undefined : { options: [[letter, next]], usedNext: true };
}

function readShort(arg: string, next: string | undefined): Read | undefined {
  const options: [string, string][] = [];
  for (let at = 1; at < arg.length; at += 1) {
    const letter = arg[at] ?? '';
    if (!LETTERS.has(letter) || letter === 'C') return undefined;
    if (!WITH_VALUE.has(letter)) options.push([letter, '']);
    else if (at + 1 < arg.length)
      return { options: [...options, [letter, arg.slice(at + 1)]], usedNext: false };
    else
      return next === undefined
        ? undefined
        : { options: [...options, [letter, next]], usedNext: true };
  }
  return { options, usedNext: false };
}

/** @returns what is wrong with it. */
function apply(draft: Draft, letter: string, value: string): string | undefined {
  switch (letter) {
    case 'h':
      draft.connection.host = value;
      return undefined;
    case 'p':
      draft.connection.port = value;
      return undefined;
    case 'U':
      draft.connection.user = value;
      return undefined;
    case 'd':
      draft.connection.database = value;
      return undefined;
    case 'c':
      draft.actions.push({ kind: 'command', text: value });
      return undefined;
    case 'f':
      draft.actions.push({ kind: 'file', path: value });
      return undefined;
    case 'l':
      draft.actions.push({ kind: 'command', text: '\\l' });
      return undefined;
    case 'v':
      setVariable(draft, value);
      return undefined;
    case 'F':
      draft.fieldSeparator = value;
      return undefined;
    case 'P':
      return applyPset(draft, value);
    case 'o':
    case 'R':
      return `option -${letter} needs PostgreSQL's own psql`;
    default:
      draft.flags.add(letter);
      return undefined;
  }
}

function setVariable({ variables }: Draft, value: string): void {
  const equals = value.indexOf('=');
  if (equals === -1) variables.delete(value);
  else variables.set(value.slice(0, equals), value.slice(equals + 1));
}

function applyPset(draft: Draft, value: string): string | undefined {
  const [name = '', setting = ''] = value.split('=', 2);
  if (name === 'format' && setting === 'unaligned') draft.flags.add('A');
  else if (name === 'format' && setting === 'csv') draft.flags.add('C');
  else if (name === 'tuples_only' || name === 't') draft.flags.add('t');
  else if (name === 'expanded' || name === 'x') draft.flags.add('x');
  else if (name === 'fieldsep') draft.fieldSeparator = setting;
  else if (!['pager', 'footer', 'border', 'format'].includes(name))
    return `unrecognized value "${name}" of -P`;
  return undefined;
}

function finished(
  { connection, actions, variables, flags, fieldSeparator }: Draft,
  names: readonly string[],
): PsqlOptions {
  const rest = [...names];
  const database = connection.database ?? rest.shift();
  const user = connection.user ?? rest.shift();
  return {
    connection: {
      ...connection,
      ...(database !== undefined && { database }),
      ...(user !== undefined && { user }),
    },
    actions,
    variables,
    quiet: flags.has('q'),
    tuplesOnly: flags.has('t'),
    format: flags.has('C') ? 'csv' : flags.has('A') ? 'unaligned' : 'aligned',
    expanded: flags.has('x'),
    fieldSeparator,
    singleTransaction: flags.has('1'),
    echo: flags.has('a') ? 'all' : flags.has('e') ? 'queries' : flags.has('b') ? 'errors' : 'none',
  };
}
