import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { EnvironmentValue, Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { type Endpoint, endpointsOf, type Part } from './endpoints.ts';
import { nameOfValue } from './variable-name.ts';
import { reachIn } from './reach.ts';
import { hasInitScripts, serverOf, type Server } from './server-image.ts';

/** What an application says to a database, and what the database was made with. */
interface Meeting {
  readonly service: Service;
  readonly endpoint: Endpoint;
  readonly database: Service;
  readonly account: Account;
}

interface Account {
  readonly user: string;
  /** Where the user is set; absent: the image's default. */
  readonly userAt?: Span;
  readonly password?: EnvironmentValue;
}

/** User and password of an application are those that its database was made with. Never prints either password. */
export function checkCredentials(project: Project, facts: Facts): readonly Diagnostic[] {
  const meetings = meetingsIn(project);
  // Who comes as the user of the database's own may make others.
  const administered = new Set(
    meetings.filter(isSameUser).map(({ database }): string => database.name),
  );
  return meetings.flatMap((meeting): readonly Diagnostic[] => {
    const { endpoint, account, database } = meeting;
    if (!isSameUser(meeting)) {
      return administered.has(database.name) || hasInitScripts(database)
        ? []
        : [wrongUser(meeting, facts)];
    }
    const { password } = endpoint;
    if (password === undefined || account.password === undefined) return [];
    return password.text === account.password.value ? [] : [wrongPassword(meeting, facts)];
  });
}

function meetingsIn(project: Project): readonly Meeting[] {
  const reach = reachIn(project);
  return project.services.flatMap((service) =>
    endpointsOf(service).flatMap((endpoint): readonly Meeting[] => {
      const database = endpoint.user === undefined ? undefined : reach.find(endpoint.host.text);
      if (database === undefined || database.name === service.name) return [];
      const server = serverOf(database);
      const account =
        server &&
        endpoint.servers.includes(server.kind) &&
        accountOf(server, { database, endpoint });
      return account === undefined || account === false
        ? []
        : [{ service, endpoint, database, account }];
    }),
  );
}

function isSameUser({ endpoint, account }: Meeting): boolean {
  return endpoint.user?.text === account.user;
}

/** The account that the image makes; absent where it cannot be told. */
function accountOf(
  { kind }: Server,
  { database: { environment }, endpoint }: Pick<Meeting, 'database' | 'endpoint'>,
): Account | undefined {
  switch (kind) {
    case 'postgres': {
      if (environment.get('POSTGRES_HOST_AUTH_METHOD')?.value === 'trust') return undefined;
      return accountFrom(environment, ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'postgres']);
    }
    case 'mysql':
    case 'mariadb': {
      const prefix =
        environment.has('MARIADB_USER') || environment.has('MARIADB_ROOT_PASSWORD')
          ? 'MARIADB'
          : 'MYSQL';
      return endpoint.user?.text === 'root'
        ? accountFrom(environment, ['', `${prefix}_ROOT_PASSWORD`, 'root'])
        : accountFrom(environment, [`${prefix}_USER`, `${prefix}_PASSWORD`, '']);
    }
    case 'mongo':
      return accountFrom(environment, [
        'MONGO_INITDB_ROOT_USERNAME',
        'MONGO_INITDB_ROOT_PASSWORD',
        '',
      ]);
    case 'rabbitmq':
      return accountFrom(environment, ['RABBITMQ_DEFAULT_USER', 'RABBITMQ_DEFAULT_PASS', '']);
    case 'redis':
      return undefined;
  }
}

function accountFrom(
  environment: Service['environment'],
  [userName, passwordName, otherwise]: readonly [user: string, password: string, otherwise: string],
): Account | undefined {
  if (environment.has(`${userName}_FILE`)) return undefined;
  const user = environment.get(userName);
  const name = user === undefined || user.value === '' ? otherwise : user.value;
  const password = environment.get(passwordName);
  if (name === '') return undefined;
  return {
    user: name,
    ...(user?.at !== undefined && { userAt: user.at }),
    ...(password !== undefined && password.value !== '' && { password }),
  };
}

function wrongUser(
  { service, endpoint, database, account: { user, userAt } }: Meeting,
  facts: Facts,
): Diagnostic {
  const { user: written, host } = endpoint;
  const variable = (written ?? host).variable;
  return {
    code: 'compose/different-credentials',
    severity: 'warning',
    message: `${variable} of ${service.name} logs in to ${database.name} as "${written?.text ?? ''}", and ${database.name} only has the user "${user}"`,
    help: 'Write the same user in both places, best of all as one variable: ${DB_USER}.',
    ...placeOfValue(written ?? host, facts),
    related: [
      {
        message: userAt === undefined ? `${database.name} is here` : 'its user is set here',
        at: userAt ?? database.at,
      },
    ],
  };
}

function wrongPassword(
  { service, endpoint, database, account: { password } }: Meeting,
  facts: Facts,
): Diagnostic {
  const { password: written, host, user } = endpoint;
  const variable = (written ?? host).variable;
  return {
    code: 'compose/different-credentials',
    severity: 'warning',
    message: `${variable} of ${service.name} logs in to ${database.name} as "${user?.text ?? ''}" with another password than ${database.name} was given`,
    help: 'Write the same password in both places, best of all as one variable: ${DB_PASSWORD}.',
    ...placeOfValue(written ?? host, facts),
    related: [
      { message: 'the password of the database is set here', at: password?.at ?? database.at },
    ],
  };
}

/** At its name where that is found: the value has a password in it. */
function placeOfValue(
  { variable, at }: Part,
  facts: Facts,
): { readonly at: Span; readonly secret: true } {
  return { at: nameOfValue(variable, at, facts) ?? { ...at, end: at.start }, secret: true };
}
