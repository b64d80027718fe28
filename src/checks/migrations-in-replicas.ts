import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import { originOf } from './names.ts';

const MIGRATIONS: readonly RegExp[] = [
  /\bmanage\.py\s+migrate\b/,
  /\balembic\s+upgrade\b/,
  /\bflask\s+db\s+upgrade\b/,
  /\b(?:rails|rake)\s+db:(?:migrate|prepare|setup)\b/,
  /\bartisan\s+migrate\b/,
  /\bprisma\s+(?:migrate\s+deploy|db\s+push)\b/,
  /\b(?:knex|sequelize(?:-cli)?)\s+(?:migrate:latest|db:migrate)\b/,
  /\btypeorm\s+migration:run\b/,
  /\bdrizzle-kit\s+(?:migrate|push)\b/,
  /\bdoctrine:migrations:migrate\b/,
  /\b(?:flyway|liquibase|dbmate|goose|sqlx|diesel|migrate|node-pg-migrate)\s+(?:\S+\s+)*?(?:migrate|update|up|run|migration\s+run)\b/,
  /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:db:)?migrat(?:e|ions?)\b/,
  /(?:^|[\s/])migrat(?:e|ions?)\.(?:sh|js|ts|py|rb)\b/,
];

/** Copies of a service start at the same time: each would migrate the same database. */
export function checkMigrationsInReplicas(project: Project): readonly Diagnostic[] {
  return project.services.flatMap((service): readonly Diagnostic[] => {
    const found = migrationIn(service);
    if (service.replicas < 2 || found === undefined) return [];
    const { name, at, replicas } = service;
    const count =
      originOf(project, 'services', name, 'deploy', 'replicas') ??
      originOf(project, 'services', name, 'scale');
    return [
      {
        code: 'compose/migration-per-replica',
        severity: 'warning',
        message: `each of the ${replicas} copies of ${name} runs "${found.text}" when it starts`,
        help: `Move it into a service of its own, for which ${name} waits with condition: service_completed_successfully.`,
        at: originOf(project, 'services', name, found.key) ?? at,
        ...(count !== undefined && { related: [{ message: 'the copies are here', at: count }] }),
      },
    ];
  });
}

interface Found {
  readonly key: 'command' | 'entrypoint';
  readonly text: string;
}

function migrationIn({ command, entrypoint }: Service): Found | undefined {
  for (const [key, words] of [
    ['command', command],
    ['entrypoint', entrypoint],
  ] as const) {
    const line = words?.join(' ') ?? '';
    const match = MIGRATIONS.map((each) => each.exec(line)?.[0]).find((each) => each !== undefined);
    if (match !== undefined) return { key, text: match.trim() };
  }
  return undefined;
}
