import type { ServerKind } from './server-image.ts';

/** What an image reads of its environment. */
export interface ServerVariables {
  /** Names that look as if they were for the image. */
  readonly prefix: RegExp;
  readonly read: readonly string[];
  /** Names that people write, and the one that the image reads. */
  readonly meant: Readonly<Record<string, string>>;
  /** False: it reads more than can be listed, so that only misspelt names are mistakes. */
  readonly complete: boolean;
}

const fromFile = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, `${name}_FILE`]);

/** Many spellings of one name. */
const all = (right: string, ...wrong: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(wrong.map((each) => [each, right]));

const MYSQL_READ = [
  ...fromFile(
    'MYSQL_ROOT_PASSWORD',
    'MYSQL_ROOT_HOST',
    'MYSQL_DATABASE',
    'MYSQL_USER',
    'MYSQL_PASSWORD',
  ),
  'MYSQL_ALLOW_EMPTY_PASSWORD',
  'MYSQL_RANDOM_ROOT_PASSWORD',
  'MYSQL_ONETIME_PASSWORD',
  'MYSQL_INITDB_SKIP_TZINFO',
  // Read by the client programs in the image.
  'MYSQL_TCP_PORT',
  'MYSQL_UNIX_PORT',
  'MYSQL_PWD',
  'MYSQL_HOST',
  'MYSQL_HOME',
  'MYSQL_HISTFILE',
];

const MYSQL_MEANT = {
  ...all('MYSQL_PASSWORD', 'MYSQL_PASS', 'MYSQL_PASSWD', 'MYSQL_USER_PASSWORD'),
  ...all('MYSQL_DATABASE', 'MYSQL_DB', 'MYSQL_DBNAME', 'MYSQL_DB_NAME', 'MYSQL_DATABASE_NAME'),
  ...all('MYSQL_USER', 'MYSQL_USERNAME', 'MYSQL_USER_NAME'),
  ...all('MYSQL_ROOT_PASSWORD', 'MYSQL_ROOT_PASS', 'MYSQL_ROOT_PASSWD', 'MYSQL_ROOT_PW'),
};

const mariadb = (name: string): string => name.replace('MYSQL_', 'MARIADB_');

export const SERVER_VARIABLES: Readonly<Record<ServerKind, ServerVariables>> = {
  postgres: {
    prefix: /^(?:POSTGRES|POSTGRESQL)_/,
    read: [
      ...fromFile('POSTGRES_PASSWORD', 'POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_INITDB_ARGS'),
      'POSTGRES_INITDB_WALDIR',
      'POSTGRES_HOST_AUTH_METHOD',
    ],
    meant: {
      ...all(
        'POSTGRES_PASSWORD',
        'POSTGRES_PASS',
        'POSTGRES_PASSWD',
        'POSTGRES_PW',
        'POSTGRES_USER_PASSWORD',
        'POSTGRESQL_PASSWORD',
      ),
      ...all('POSTGRES_USER', 'POSTGRES_USERNAME', 'POSTGRESQL_USER', 'POSTGRESQL_USERNAME'),
      ...all(
        'POSTGRES_DB',
        'POSTGRES_DATABASE',
        'POSTGRES_DBNAME',
        'POSTGRES_DB_NAME',
        'POSTGRES_NAME',
        'POSTGRESQL_DATABASE',
        'POSTGRESQL_DB',
      ),
    },
    complete: true,
  },
  mysql: { prefix: /^MYSQL_/, read: MYSQL_READ, meant: MYSQL_MEANT, complete: true },
  mariadb: {
    prefix: /^(?:MARIADB|MYSQL)_/,
    read: [...MYSQL_READ, ...MYSQL_READ.map(mariadb), 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD'],
    meant: {
      ...MYSQL_MEANT,
      ...Object.fromEntries(
        Object.entries(MYSQL_MEANT).map(([wrong, right]) => [mariadb(wrong), mariadb(right)]),
      ),
    },
    // Replication, upgrades, password hashes: each release adds some.
    complete: false,
  },
  mongo: {
    prefix: /^(?:MONGO|MONGODB)_/,
    read: [
      ...fromFile('MONGO_INITDB_ROOT_USERNAME', 'MONGO_INITDB_ROOT_PASSWORD'),
      'MONGO_INITDB_DATABASE',
    ],
    meant: {
      ...all(
        'MONGO_INITDB_ROOT_USERNAME',
        'MONGO_INITDB_ROOT_USER',
        'MONGO_INITDB_USERNAME',
        'MONGO_INITDB_USER',
        'MONGO_ROOT_USERNAME',
        'MONGO_ROOT_USER',
      ),
      ...all(
        'MONGO_INITDB_ROOT_PASSWORD',
        'MONGO_INITDB_ROOT_PASS',
        'MONGO_INITDB_PASSWORD',
        'MONGO_ROOT_PASSWORD',
      ),
      ...all(
        'MONGO_INITDB_DATABASE',
        'MONGO_INITDB_DB',
        'MONGO_INIT_DATABASE',
        'MONGO_INITDB_ROOT_DATABASE',
      ),
    },
    complete: true,
  },
  redis: { prefix: /^REDIS_/, read: [], meant: {}, complete: true },
  rabbitmq: {
    prefix: /^RABBITMQ_/,
    read: ['RABBITMQ_DEFAULT_USER', 'RABBITMQ_DEFAULT_PASS', 'RABBITMQ_DEFAULT_VHOST'],
    meant: {
      ...all(
        'RABBITMQ_DEFAULT_USER',
        'RABBITMQ_USER',
        'RABBITMQ_USERNAME',
        'RABBITMQ_DEFAULT_USERNAME',
      ),
      ...all(
        'RABBITMQ_DEFAULT_PASS',
        'RABBITMQ_PASS',
        'RABBITMQ_PASSWORD',
        'RABBITMQ_DEFAULT_PASSWORD',
      ),
      ...all('RABBITMQ_DEFAULT_VHOST', 'RABBITMQ_VHOST'),
    },
    complete: false,
  },
};
