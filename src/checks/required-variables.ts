import type { Diagnostic } from '../model/diagnostic.ts';
import { differences } from '../model/nearest.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { type ServerKind, serverOf } from './server-image.ts';
import { SERVER_VARIABLES } from './server-variables.ts';

interface Required {
  readonly name: string;
  /** Each makes the variable needless. */
  readonly unless: readonly string[];
}

const REQUIRED: Partial<Record<ServerKind, Required>> = {
  postgres: {
    name: 'POSTGRES_PASSWORD',
    unless: ['POSTGRES_PASSWORD_FILE', 'POSTGRES_HOST_AUTH_METHOD'],
  },
  mysql: {
    name: 'MYSQL_ROOT_PASSWORD',
    unless: [
      'MYSQL_ROOT_PASSWORD_FILE',
      'MYSQL_ALLOW_EMPTY_PASSWORD',
      'MYSQL_RANDOM_ROOT_PASSWORD',
    ],
  },
  mariadb: {
    name: 'MARIADB_ROOT_PASSWORD',
    unless: [
      'MARIADB_ROOT_PASSWORD_FILE',
      'MARIADB_ROOT_PASSWORD_HASH',
      'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
      'MARIADB_RANDOM_ROOT_PASSWORD',
      'MYSQL_ROOT_PASSWORD',
      'MYSQL_ROOT_PASSWORD_FILE',
      'MYSQL_ALLOW_EMPTY_PASSWORD',
      'MYSQL_RANDOM_ROOT_PASSWORD',
    ],
  },
};

/** A database that refuses to be made without a password gets one: `.env` by itself reaches no service. */
export function checkRequiredVariables(project: Project, facts: Facts): readonly Diagnostic[] {
  return project.services.flatMap((service): readonly Diagnostic[] => {
    const kind = serverOf(service)?.kind;
    const required = kind === undefined ? undefined : REQUIRED[kind];
    if (kind === undefined || required === undefined) return [];
    const { name, unless } = required;
    const { environment } = service;
    if (
      [name, ...unless].some((each) => environment.has(each)) ||
      isMisspelt(service, { kind, name })
    )
      return [];
    return [
      {
        code: 'compose/required-by-image',
        severity: 'warning',
        message: `${service.name} has no ${name}, without which the image does not make a database`,
        help: helpFor(name, facts),
        at: service.at,
        ...(facts.variables.get(name)?.at !== undefined && {
          related: [{ message: 'it is set here', at: facts.variables.get(name)?.at ?? service.at }],
        }),
      },
    ];
  });
}

/** A variable that was meant to be it is reported by itself. */
function isMisspelt(
  { environment }: Service,
  required: { readonly kind: ServerKind; readonly name: string },
): boolean {
  const { prefix, read, meant } = SERVER_VARIABLES[required.kind];
  return [...environment.keys()].some(
    (name) =>
      prefix.test(name) &&
      !read.includes(name) &&
      (meant[name] === required.name || differences(name, required.name) <= 2),
  );
}

function helpFor(name: string, { variables }: Facts): string {
  return variables.get(name)?.at === undefined
    ? `Add ${name}: \${DB_PASSWORD:?set it in .env} under environment.`
    : `.env only fills \${…} in this file: add ${name}: \${${name}} under environment, or env_file: .env.`;
}
