import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { ContentSource, Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { missing, originOf, valueAt } from './names.ts';

/** Secrets and configs of services are declared at the top level, and a secret's variable has a value. */
export function checkGrants(project: Project, facts: Facts): readonly Diagnostic[] {
  const secret: Kind = { kind: 'secret', known: facts.secrets, facts };
  const config: Kind = { kind: 'config', known: facts.configs, facts };
  return [
    ...project.services.flatMap((service) => {
      const { name, secrets, configs } = service;
      const ofBuild = buildSecretsOf(project, service);
      if (secrets.length + configs.length + ofBuild.length === 0) return [];
      return [
        ...unknownOf(name, secrets, secret),
        ...unknownOf(name, configs, config),
        ...unknownOf(name, ofBuild, secret),
      ];
    }),
    ...[...project.secrets, ...project.configs].flatMap(withoutValue),
    ...facts.secretsOfDrivers.map(contentless),
  ];
}

interface Kind {
  readonly kind: 'secret' | 'config';
  /** Unused ones included. */
  readonly known: readonly string[];
  readonly facts: Facts;
}

interface Used {
  readonly source: string;
  readonly at: Span;
}

function unknownOf(
  service: string,
  used: readonly Used[],
  { kind, known, facts }: Kind,
): readonly Diagnostic[] {
  return used
    .filter(({ source }) => !known.includes(source))
    .map(({ source, at }) =>
      missing(
        {
          code: kind === 'secret' ? 'compose/unknown-secret' : 'compose/unknown-config',
          who: `${service} uses the ${kind}`,
          what: kind,
          name: source,
          known,
          at,
          otherwise: `Add "${source}:" under the top-level key ${kind}s, with a file, or a variable under "environment".`,
        },
        facts,
      ),
    );
}

function buildSecretsOf(project: Project, { name, at }: Service): readonly Used[] {
  const secrets = valueAt(project, 'services', name, 'build', 'secrets');
  if (!Array.isArray(secrets)) return [];
  return secrets.flatMap((_, index): readonly Used[] => {
    const place = ['services', name, 'build', 'secrets', String(index), 'source'];
    const source = secretSource(secrets[index]);
    return source === undefined ? [] : [{ source, at: originOf(project, ...place) ?? at }];
  });
}

function secretSource(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('source' in value)) return undefined;
  return typeof value.source === 'string' ? value.source : undefined;
}

function contentless({ name, at }: Facts['secretsOfDrivers'][number]): Diagnostic {
  return {
    code: 'compose/missing-key',
    severity: 'error',
    message: `secrets.${name} says nothing about where its content comes from`,
    help: 'Add file or environment. Drivers of secrets belong to a swarm.',
    at,
  };
}

function withoutValue(source: ContentSource): readonly Diagnostic[] {
  if (source.kind !== 'environment' || source.value !== undefined) return [];
  return [
    {
      code: 'compose/unset-variable',
      severity: 'warning',
      message: `${source.key} takes its content from the variable ${source.variable}, which is not set`,
      help: `Set ${source.variable} in .env or in the shell.`,
      at: source.at,
    },
  ];
}
