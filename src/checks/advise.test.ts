import { describe, expect, test } from 'vitest';

import { load } from '../compose/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { EnvironmentValue } from '../model/project.ts';
import type { Facts } from './check.ts';
import { advise } from './advise.ts';
import { inspect } from './inspect.ts';

const file = '/p/compose.yaml';

interface World extends Partial<Pick<Facts, 'dockerfiles' | 'tracked'>> {
  readonly variables?: ReadonlyMap<string, EnvironmentValue>;
  /** Further files, by their name. */
  readonly files?: Readonly<Record<string, string>>;
}

function diagnosticsOf(text: string, world: World = {}): readonly Diagnostic[] {
  const { variables = new Map(), files = {}, dockerfiles = new Map(), tracked = new Set() } = world;
  const others = Object.entries(files).map(
    ([name, content]) => [`/p/${name}`, { kind: 'text', text: content }] as const,
  );
  const result = load({
    files: [file],
    workingDir: '/p',
    profiles: [],
    environment: variables,
    contents: new Map([[file, { kind: 'text', text }], ...others]),
  });
  if (result.kind === 'needs' || result.project === undefined) throw new Error('nothing loaded');
  const { declared, sources, diagnostics } = result;
  const facts = { ...declared, sources, variables, dockerfiles, tracked, running: [] };
  return [
    ...inspect(result.project, { found: diagnostics, facts }),
    ...advise(result.project, facts),
  ];
}

/** Code, and the text that is underlined. */
function found(text: string, world?: World): readonly string[] {
  return diagnosticsOf(text, world).map(
    ({ code, at }) =>
      `${code.replace('compose/', '')} ${at?.file === file ? text.slice(at.start, at.end) : (at?.file ?? '')}`,
  );
}

/** The text after every fix. */
function fixed(text: string, world?: World): string {
  const edits = diagnosticsOf(text, world).flatMap(({ fix }) => fix?.edits ?? []);
  return edits
    .toSorted((one, other) => other.at.start - one.at.start)
    .reduce(
      (before, { at, text: by }) => before.slice(0, at.start) + by + before.slice(at.end),
      text,
    );
}

const project = (...services: readonly string[]): string =>
  `services:\n${services.map((each) => `  ${each}\n`).join('')}volumes: {data: {}}\n`;

const DB = 'db: {image: "postgres:17", environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: one}}';
const env = (name: string, value: string): string =>
  `web: {image: x, environment: {${name}: "${value}"}}`;

describe('addresses', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a service by its name', [env('URL', 'postgres://shop:one@db:5432/x'), DB], []],
    ['a near name', [env('URL', 'postgres://shop:one@bd:5432/x'), DB], ['unknown-host bd']],
    [
      'the kind of the only database',
      [env('URL', 'postgres://shop@postgres/x'), DB],
      ['unknown-host postgres'],
    ],
    ['a database that may be elsewhere', [env('URL', 'mysql://shop@legacy/x'), DB], []],
    ['a host with a domain', [env('URL', 'postgres://shop@db.example.com/x'), DB], []],
    ['a web page that may be elsewhere', [env('URL', 'http://intranet:80/'), DB], []],
    ['a misspelt web page', [env('URL', 'http://appi/'), 'api: {image: x}'], ['unknown-host appi']],
    [
      'a misspelt host of a longer name',
      [env('URL', 'http://backnd/'), 'backend: {image: x}'],
      ['unknown-host backnd'],
    ],
    [
      'one of several numbered services',
      [env('URL', 'http://worker3/'), 'worker1: {image: x}', 'worker2: {image: x}'],
      [],
    ],
    ['a host variable', [env('DB_HOST', 'postgres'), DB], ['unknown-host postgres']],
    ['a host variable of something else', [env('VIRTUAL_HOST', 'bd'), DB], []],
    [
      'a name of its own',
      ['web: {image: x, extra_hosts: ["bd:10.0.0.1"], environment: {DB_HOST: bd}}', DB],
      [],
    ],
    [
      'the container name',
      [env('DB_HOST', 'my_db'), 'db: {image: "redis:8", container_name: my_db}'],
      [],
    ],
    [
      'localhost for another service',
      [env('URL', 'postgres://shop:one@localhost:5432/x'), DB],
      ['localhost localhost'],
    ],
    ['localhost for a browser', [env('API', 'http://localhost:5432'), DB], []],
    [
      'localhost on the host network',
      ['web: {image: x, network_mode: host, environment: {DB_HOST: localhost}}', DB],
      [],
    ],
    ['localhost of another port', [env('URL', 'postgres://a@localhost:6000/x'), DB], []],
    [
      'the outer port',
      [env('URL', 'http://api:8080/'), 'api: {image: x, ports: ["8080:80"]}'],
      ['outer-port 8080'],
    ],
    [
      'the outer port, which is the inner one, too',
      [env('URL', 'http://api:8080/'), 'api: {image: x, ports: ["8080:8080"]}'],
      [],
    ],
    [
      'an outer port that is exposed',
      [env('URL', 'http://api:8080/'), 'api: {image: x, expose: [8080], ports: ["8080:80"]}'],
      [],
    ],
  ])('%s', (...[, services, expected]) => {
    expect(found(project(...services))).toEqual(expected);
  });

  test('names in an external network are not judged', () => {
    const text = `services:
  web: {image: x, networks: [all], environment: {DB_HOST: bd}}
  ${DB}
networks: {all: {external: true}}
`;
    expect(found(text)).toEqual([]);
  });

  test('host and port of localhost are mended together', () => {
    const text = project(
      env('URL', 'postgres://shop:one@localhost:5433/x'),
      DB.replace('}}', '}, ports: ["5433:5432"]}'),
    );
    expect(fixed(text)).toContain('postgres://shop:one@db:5432/x');
  });
});

describe('credentials', () => {
  test.each<[string, string, readonly string[]]>([
    ['the same', 'postgres://shop:one@db/x', []],
    ['another password', 'postgres://shop:two@db/x', ['different-credentials URL']],
    ['another user', 'postgres://sohp:one@db/x', ['different-credentials URL']],
    ['a password in percents', 'postgres://shop:o%6Ee@db/x', []],
    ['no password', 'postgres://shop@db/x', []],
  ])('%s', (...[, url, expected]) => {
    expect(found(project(env('URL', url), DB))).toEqual(expected);
  });

  test('are compared where they are variables of their own', () => {
    const web = 'web: {image: x, environment: {DB_HOST: db, DB_USER: shop, DB_PASSWORD: two}}';
    expect(found(project(web, DB))).toEqual(['different-credentials DB_PASSWORD']);
  });

  test('never show a password, neither in the message nor beside it', () => {
    const all = diagnosticsOf(project(env('URL', 'postgres://shop:geheim@db/x'), DB));
    expect(
      all.map(({ message, help, secret }) => [`${message} ${help}`.includes('geheim'), secret]),
    ).toEqual([[false, true]]);
  });

  test('of further users are the business of init scripts, or of who logs in first', () => {
    const scripts = DB.replace('}}', '}, volumes: ["./i:/docker-entrypoint-initdb.d"]}');
    expect(found(project(env('URL', 'postgres://reader:x@db/x'), scripts))).toEqual([]);
    const setup = 'setup: {image: x, environment: {URL: "postgres://shop:one@db/x"}}';
    expect(found(project(env('URL', 'postgres://reader:x@db/x'), setup, DB))).toEqual([]);
  });
});

describe('variables of images', () => {
  const pg = (variables: string): string =>
    `db: {image: "postgres:17", environment: {POSTGRES_PASSWORD: x, ${variables}}}`;
  test.each<[string, string, readonly string[]]>([
    [
      'a slip',
      'db: {image: "postgres:17", environment: {POSTGRES_PASWORD: x}}',
      ['misspelt-variable POSTGRES_PASWORD'],
    ],
    ['another word for it', pg('POSTGRES_DATABASE: x'), ['misspelt-variable POSTGRES_DATABASE']],
    ['both words', pg('POSTGRES_DB: x, POSTGRES_NAME: x'), ['unread-variable POSTGRES_NAME']],
    ['one that is of no use', pg('POSTGRES_HOST: db'), ['unread-variable POSTGRES_HOST']],
    ['the port that it has', pg('POSTGRES_PORT: 5432'), []],
    [
      'one that the healthcheck uses',
      'db: {image: "postgres:17", environment: {POSTGRES_PASSWORD: x, POSTGRES_PORT: 6000}, healthcheck: {test: "pg_isready -p $$POSTGRES_PORT"}}',
      [],
    ],
    [
      'one that a script may use',
      'db: {image: "postgres:17", environment: {POSTGRES_PASSWORD: x, POSTGRES_SCHEMA: y}, volumes: ["./i:/docker-entrypoint-initdb.d"]}',
      [],
    ],
    ['one of another image', 'web: {image: x, environment: {POSTGRES_HOST: db}}', []],
    [
      'an image built on it',
      'db: {image: "bitnami/postgresql:17", environment: {POSTGRESQL_PASSWORD: x}}',
      [],
    ],
    [
      'a client',
      'tool: {image: "postgres:17", command: psql, environment: {POSTGRES_HOST: db}}',
      [],
    ],
    [
      'a password for Redis',
      'r: {image: "redis:8", environment: {REDIS_PASSWORD: x}}',
      ['unread-variable REDIS_PASSWORD'],
    ],
    ['none for MySQL', 'm: {image: "mysql:8"}', ['required-by-image m']],
    [
      'a random one for MySQL',
      'm: {image: "mysql:8", environment: {MYSQL_RANDOM_ROOT_PASSWORD: 1}}',
      [],
    ],
    [
      'RabbitMQ',
      'q: {image: "rabbitmq:4", environment: {RABBITMQ_USER: x}}',
      ['misspelt-variable RABBITMQ_USER'],
    ],
    [
      'MongoDB',
      'm: {image: "mongo:8", environment: {MONGO_INITDB_ROOT_USER: x}}',
      ['misspelt-variable MONGO_INITDB_ROOT_USER'],
    ],
  ])('%s', (...[, service, expected]) => {
    expect(found(project(service))).toEqual(expected);
  });

  const shared = { files: { 'all.env': 'POSTGRES_PASSWORD=x\nPOSTGRES_HOST=db\n' } };
  test('in a file that others read, too, are not judged', () => {
    const db = 'db: {image: "postgres:17", env_file: all.env}';
    expect(found(project(db, 'web: {image: x, env_file: all.env}'), shared)).toEqual([]);
    expect(found(project(db), shared)).toEqual(['unread-variable /p/all.env']);
  });

  test('in `.env` alone reach nobody', () => {
    const at = { file: '/p/.env', start: 0, end: 1 };
    const variables = new Map([['POSTGRES_PASSWORD', { value: 'x', at }]]);
    const [first] = diagnosticsOf(project('db: {image: "postgres:17"}'), { variables });
    expect(first).toMatchObject({ code: 'compose/required-by-image', related: [{ at }] });
  });
});

describe('versions and places of data', () => {
  const pg = (image: string, path: string): string =>
    `db: {image: ${JSON.stringify(image)}, environment: {POSTGRES_PASSWORD: x}, volumes: ["data:${path}"]}`;
  const OLD = '/var/lib/postgresql/data';
  test.each<[string, string, readonly string[]]>([
    ['17 at the old place', pg('postgres:17', OLD), []],
    ['18 at the old place', pg('postgres:18', OLD), [`postgres-data-path ${OLD}`]],
    ['18 at the new place', pg('postgres:18', '/var/lib/postgresql'), []],
    [
      'an open version at the new place',
      pg('postgres', '/var/lib/postgresql'),
      ['untagged-database "postgres"'],
    ],
    [
      'an open version',
      pg('postgres:alpine', OLD),
      ['untagged-database "postgres:alpine"', `postgres-data-path ${OLD}`],
    ],
    ['a digest', pg(`postgres@sha256:${'a'.repeat(64)}`, OLD), []],
    ['a build that is called so', 'db: {image: postgres, build: .}', []],
  ])('%s', (...[, service, expected]) => {
    expect(found(project(service))).toEqual(expected);
  });

  test('an open version is mended by naming it, and keeps its variant', () => {
    expect(fixed(project(pg('docker.io/postgres:alpine', '/x')))).toContain(
      'docker.io/postgres:17-alpine',
    );
    expect(fixed(project(pg('postgres:18', OLD)))).toContain('"data:/var/lib/postgresql"');
  });
});

describe('healthchecks', () => {
  const probe = (image: string, test_: string): string =>
    `a: {image: "${image}", environment: {POSTGRES_PASSWORD: x, MARIADB_ROOT_PASSWORD: x}, healthcheck: {test: ${JSON.stringify(test_)}}}`;
  test.each<[string, string, readonly string[]]>([
    [
      'curl where there is none',
      probe('redis:8', 'curl -f http://127.0.0.1 || exit 1'),
      ['missing-tool curl'],
    ],
    ['curl where there is one', probe('nginx:alpine', 'curl -f http://127.0.0.1'), []],
    ['curl where nobody knows', probe('acme/shop:1', 'curl -f http://127.0.0.1'), []],
    [
      'either of two',
      probe('node:22-slim', 'curl -f http://127.0.0.1 || wget http://127.0.0.1'),
      [],
    ],
    [
      'the client of another image',
      probe('redis:8', 'pg_isready -h 127.0.0.1'),
      ['missing-tool pg_isready'],
    ],
    ['the old client', probe('mongo:7', 'mongo --eval 1'), ['missing-tool mongo']],
    ['the old client of an old image', probe('mongo:4.4', 'mongo --eval 1'), []],
    ['the new name', probe('mariadb:11', 'mysqladmin ping'), ['missing-tool mysqladmin']],
    [
      'another service',
      `${probe('x', 'curl http://b/')}\n  b: {image: x}`,
      ['foreign-healthcheck b'],
    ],
    ['itself by its name', probe('x', 'curl http://a/'), []],
  ])('%s', (...[, service, expected]) => {
    expect(found(project(service))).toEqual(expected);
  });

  const built = 'web: {build: ., healthcheck: {test: curl -f http://127.0.0.1}}';
  test.each<[string, string, readonly string[]]>([
    ['a small base', 'FROM python:3.13-slim\nRUN pip install x', ['missing-tool curl']],
    ['one that installs it', 'FROM python:3.13-slim\nRUN apt-get install -y curl', []],
    ['a large base', 'FROM python:3.13', []],
    ['a stage of its own', 'FROM node:22-slim AS base\nFROM base\n', ['missing-tool curl']],
    ['a base that a variable names', 'ARG B\nFROM $B', []],
  ])('are looked up in the Dockerfile: %s', (...[, dockerfile, expected]) => {
    expect(found(project(built), { dockerfiles: new Map([['web', dockerfile]]) })).toEqual(
      expected,
    );
  });

  const gate = (db: string, web = 'image: x'): string =>
    project(`web: {${web}, depends_on: {db: {condition: service_healthy}}}`, `db: {${db}}`);
  test.each<[string, string, World, readonly string[]]>([
    ['an official image', 'image: "redis:8"', {}, ['no-healthcheck db']],
    ['an image that may bring one', 'image: acme/db', {}, []],
    [
      'a Dockerfile without',
      'build: .',
      { dockerfiles: new Map([['db', 'FROM x']]) },
      ['no-healthcheck db'],
    ],
    [
      'a Dockerfile with one',
      'build: .',
      { dockerfiles: new Map([['db', 'FROM x\nHEALTHCHECK CMD x']]) },
      [],
    ],
    ['a Dockerfile that cannot be read', 'build: .', {}, []],
  ])('that others wait for exist: %s', (...[, db, world, expected]) => {
    expect(found(gate(db), world)).toEqual(expected);
  });

  const init =
    'image: "postgres:17", environment: {POSTGRES_PASSWORD: x}, volumes: ["./i:/docker-entrypoint-initdb.d"]';
  test('of PostgreSQL ask the socket too early only where scripts run and somebody fails for good', () => {
    const text = gate(`${init}, healthcheck: {test: [CMD, pg_isready, -U, x]}`);
    expect(found(text)).toEqual(['early-healthcheck pg_isready']);
    expect(fixed(text)).toContain('[CMD, pg_isready, "-h", "127.0.0.1", -U, x]');
    expect(found(gate(`${init}, healthcheck: {test: pg_isready -h localhost}`))).toEqual([]);
    expect(
      found(gate(`${init}, healthcheck: {test: pg_isready}`, 'image: x, restart: always')),
    ).toEqual([]);
  });

  test('have no start_interval without start_period', () => {
    const text = (period: string): string =>
      project(`a: {image: x, healthcheck: {test: x, start_interval: 1s${period}}}`);
    expect(found(text(''))).toEqual(['unused-start-interval 1s']);
    expect(found(text(', start_period: 0s'))).toEqual(['unused-start-interval 1s']);
    expect(found(text(', start_period: 5s'))).toEqual([]);
  });
});

describe('dollar signs', () => {
  const healthcheck = (line: string): string =>
    project(`a: {image: x, environment: {NAME: y}, healthcheck: {test: ${JSON.stringify(line)}}}`);

  test('that only the shell in the service understands are doubled', () => {
    expect(found(healthcheck('ask $NAME ${NAME}'))).toEqual([
      'eaten-dollar $NAME',
      'eaten-dollar ${NAME}',
    ]);
    expect(fixed(healthcheck('ask $NAME ${NAME}'))).toContain('ask $$NAME $${NAME}');
    expect(found(healthcheck('ask $$NAME'))).toEqual([]);
    expect(found(healthcheck('ask $OTHER'))).toEqual(['unset-variable $OTHER']);
  });

  test('of the shell on this machine are not those of the service', () => {
    const variables = new Map([['HOME', { value: '/root' }]]);
    expect(found(healthcheck('ls $HOME'), { variables })).toEqual(['eaten-dollar $HOME']);
    expect(found(project('a: {image: x, volumes: ["$HOME:/x"]}'), { variables })).toEqual([]);
  });

  test('of loops in a command are the shell’s', () => {
    const text = project('a: {image: x, command: [sh, -c, "for i in 1 2; do echo $i; done"]}');
    expect(found(text)).toEqual(['eaten-dollar $i']);
    expect(fixed(text)).toContain('echo $$i');
  });

  test('that begin no variable are doubled, too', () => {
    expect(fixed(project('a: {image: x, command: "echo ${#list}"}'))).toContain('echo $${#list}');
  });
});

describe('secrets in clear', () => {
  const tracked = new Set([file]);
  test.each<[string, string, string, boolean]>([
    ['random text', 'SESSION_SECRET', 'f3Zk9x0QpL2m7VbT1w', true],
    ['a key of a known form', 'ANYTHING', `AKIA${'Q7Z3'.repeat(4)}`, true],
    ['a word of examples', 'DB_PASSWORD', 'postgres123', false],
    ['a short one', 'DB_PASSWORD', 'x7y9', false],
    ['a path', 'DB_PASSWORD', '/run/secrets/f3Zk9x0QpL2', false],
    ['another variable', 'RELEASE', 'f3Zk9x0QpL2m7VbT1w', false],
  ])('%s', (...[, name, value, isSecret]) => {
    const text = project(env(name, value));
    expect(found(text, { tracked })).toEqual(isSecret ? [`secret-in-git ${name}`] : []);
    expect(found(text)).toEqual([]);
  });

  test('are not those that a variable puts there', () => {
    const variables = new Map([['S', { value: 'f3Zk9x0QpL2m7VbT1w' }]]);
    expect(found(project(env('SESSION_SECRET', '${S}')), { tracked, variables })).toEqual([]);
  });
});

test('copies that all migrate', () => {
  const web = (replicas: number): string =>
    project(
      `web: {image: x, command: sh -c "python manage.py migrate & serve", scale: ${replicas}}`,
    );
  expect(found(web(3))).toEqual(['migration-per-replica command']);
  expect(found(web(1))).toEqual([]);
});
