/** Where the database is and who asks. */
export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

/** Everything that can be set, read once from the environment. */
export interface Settings {
  readonly database: DatabaseSettings;
  /** TCP port of the web server. @defaultValue 8080 */
  readonly port: number;
  /** Worker processes. @defaultValue 3 */
  readonly workers: number;
  /** A worker silent for this long is killed and replaced. @defaultValue 30_000 */
  readonly workerTimeoutMs: number;
  /** What the operator calls this version. @defaultValue 'dev' */
  readonly release: string;
  /** What the operator calls this copy of the application. @defaultValue the host's name */
  readonly replica: string;
}

export type ParsedSettings =
  | { readonly kind: 'ok'; readonly settings: Settings }
  | { readonly kind: 'wrong'; readonly problem: string };

type Environment = Readonly<Record<string, string | undefined>>;

interface NumberRule {
  readonly name: string;
  readonly fallback: number;
  readonly max: number;
  readonly whole: boolean;
}

/** Finds every mistake, not only the first. An empty variable counts as missing. */
export function parseSettings(env: Environment, hostName: string): ParsedSettings {
  const missing: string[] = [];
  const wrong: string[] = [];
  const text = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  const number = (rule: NumberRule): number => {
    const value = numberOf(env[rule.name], rule);
    if (value === undefined) wrong.push(complaint(rule, env[rule.name]));
    return value ?? rule.fallback;
  };
  const settings: Settings = {
    database: {
      host: text('POSTGRES_HOST'),
      port: number({ name: 'POSTGRES_PORT', fallback: 5432, max: 65_535, whole: true }),
      name: text('POSTGRES_DB'),
      user: text('POSTGRES_USER'),
      password: text('POSTGRES_PASSWORD'),
    },
    port: number({ name: 'PORT', fallback: 8080, max: 65_535, whole: true }),
    workers: number({ name: 'WEB_CONCURRENCY', fallback: 3, max: 256, whole: true }),
    workerTimeoutMs:
      number({ name: 'WORKER_TIMEOUT', fallback: 30, max: 86_400, whole: false }) * 1000,
    release: env['RELEASE'] || 'dev',
    replica: env['REPLICA'] || env['HOSTNAME'] || hostName,
  };
  if (missing.length > 0) wrong.unshift(`missing environment variables: ${missing.join(', ')}`);
  return wrong.length > 0 ? { kind: 'wrong', problem: wrong.join('; ') } : { kind: 'ok', settings };
}

function numberOf(text: string | undefined, rule: NumberRule): number | undefined {
  if (text === undefined || text === '') return rule.fallback;
  const pattern = rule.whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
  const value = Number(text);
  return pattern.test(text) && value > 0 && value <= rule.max ? value : undefined;
}

function complaint({ name, max, whole }: NumberRule, text: string | undefined): string {
  const range = whole ? `a whole number from 1 to ${max}` : `a number of seconds up to ${max}`;
  return `${name} must be ${range}, not "${text ?? ''}"`;
}
