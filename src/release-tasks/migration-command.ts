/**
 * What a command has to do with the schema of a database. `migrates`: brings it up to date, again without harm.
 * `destroys`: makes it anew, with the loss of its data. `none`: nothing, or it only looks.
 */
export type SchemaEffect = 'migrates' | 'destroys' | 'none';

const LOOKS =
  /\s--(?:check|plan|dry-run|pretend|help|list|version|list-migrations|preview)(?:\s|=|$)|\s--(?:sql)\s|\bhelp\b/;

/** A pattern, and words of which one stands in every text that it matches: most patterns need not even be compiled. */
type Rule = readonly [words: readonly string[], pattern: RegExp];

const DESTROYS: readonly Rule[] = [
  [
    ['rails', 'rake'],
    /\b(?:rails|rake)\s+(?:\S+\s+)*?db:(?:drop|reset|migrate:reset|schema:load)\b/,
  ],
  [['artisan'], /\bartisan\s+(?:migrate:(?:fresh|refresh|reset)|db:wipe)\b/],
  [['prisma'], /\bprisma\s+migrate\s+reset\b/],
  [['prisma'], /\bprisma\s+db\s+push\s+(?:\S+\s+)*?--(?:force-reset|accept-data-loss)\b/],
  [['flyway', 'liquibase'], /\b(?:flyway|liquibase)\s+(?:\S+\s+)*?(?:clean|drop-?all)\b/i],
  [['manage.py'], /\bmanage\.py\s+(?:flush|reset_db)\b/],
  [['alembic'], /\balembic\s+(?:\S+\s+)*?downgrade\b/],
  [
    ['knex', 'sequelize'],
    /\b(?:knex|sequelize(?:-cli)?)\s+(?:migrate:rollback|db:drop|db:migrate:undo(?::all)?)\b/,
  ],
  [['typeorm'], /\btypeorm\S*\s+(?:\S+\s+)*?schema:drop\b/],
  [['mix'], /\bmix\s+ecto\.(?:drop|reset|rollback)\b/],
];

const MIGRATES: readonly Rule[] = [
  // Python
  [['manage.py'], /\bmanage\.py\s+(?:migrate|migrate_schemas|makemigrations|syncdb)\b(?![.:-])/],
  [['django'], /(?:\bdjango-admin|\s-m\s+django)\s+(?:migrate|makemigrations)\b/],
  [['alembic'], /\balembic\s+(?:\S+\s+)*?upgrade\b/],
  [['flask'], /\bflask\s+(?:\S+\s+)*?db\s+upgrade\b/],
  [
    ['aerich', 'yoyo', 'piccolo'],
    /\b(?:aerich|yoyo|piccolo)\s+(?:\S+\s+)*?(?:upgrade|apply|migrations\s+forwards)\b/,
  ],
  // Ruby
  [['rails', 'rake'], /\b(?:rails|rake)\s+(?:\S+\s+)*?db:(?:migrate|prepare|setup|create)(?:\s|$)/],
  [['hanami'], /\bhanami\s+db\s+(?:migrate|prepare)\b/],
  [['sequel'], /\bsequel\s+(?:\S+\s+)*?-m\b/],
  // PHP
  [['artisan'], /\bartisan\s+(?:\S+\s+)*?migrate(?:\s|$)/],
  [['doctrine'], /\bdoctrine:migrations:migrate\b/],
  [['phinx'], /\bphinx\s+(?:\S+\s+)*?migrate\b/],
  // JavaScript
  [['prisma'], /\bprisma\s+(?:migrate\s+(?:deploy|dev)|db\s+push)\b/],
  [['knex'], /\bknex\s+(?:\S+\s+)*?migrate:(?:latest|up)\b/],
  [['sequelize'], /\bsequelize(?:-cli)?\s+(?:\S+\s+)*?db:(?:migrate|create)(?:\s|$)/],
  [['typeorm'], /\btypeorm\S*\s+(?:\S+\s+)*?(?:migration:run|schema:sync)\b/],
  [['drizzle-kit'], /\bdrizzle-kit\s+(?:\S+\s+)*?(?:migrate|push)\S*/],
  [
    ['mikro-orm', 'medusa'],
    /\b(?:mikro-orm|medusa)\s+(?:migration:up|migrations?\s+run|db:migrate)\b/,
  ],
  [
    ['npm', 'yarn', 'bun'],
    /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-s\s+|--silent\s+)?(?:(?:db|prisma|database|knex|typeorm|sequelize)[:-])?(?:migrat(?:e|ions?)(?:[:-](?:deploy|latest|up|run|prod(?:uction)?|dev|db))?|db[:-]push|migration:run)(?:\s|$)/,
  ],
  // The rest
  [
    [
      'flyway',
      'liquibase',
      'dbmate',
      'goose',
      'sqlx',
      'diesel',
      'node-pg-migrate',
      'migrate-mongo',
      'graphile-migrate',
      'sql-migrate',
      'tern',
      'atlas',
      'sqitch',
    ],
    /\b(?:flyway|liquibase|dbmate|goose|sqlx|diesel|node-pg-migrate|migrate-mongo|graphile-migrate|sql-migrate|tern|atlas|sqitch)\s+(?:\S+\s+)*?(?:migrate|update|up|run|deploy|apply|migration\s+run)\b/,
  ],
  [['migrate'], /(?:^|[\s/])migrate\s+(?:\S+\s+)*?(?:up|goto)(?:\s|$)/],
  [['dotnet'], /\bdotnet\s+ef\s+database\s+update\b/],
  [['mix'], /\bmix\s+(?:do\s+)?ecto\.(?:migrate|setup|create)\b/],
  [['.migrate'], /\b(?:eval|rpc)\s+\S*\.(?:Release|ReleaseTasks)\.migrate\b/],
  // Scripts that say so by their name
  [
    ['migrat'],
    /(?:^|[\s/])(?:run[-_])?(?:db[-_])?migrat(?:e|ions?)(?:[-_](?:db|database|schema))?\.(?:sh|bash|js|cjs|mjs|ts|py|rb|php)(?:\s|$)/,
  ],
];

/** Programs that run the rest of their words, or that only set the scene for it. */
const PREFIXES =
  /^(?:(?:exec|command|time|nohup|env|sudo|gosu\s+\S+|su-exec\s+\S+|(?:\w+=\S*))\s+)+/;

/** Judges a command by its words, as a shell has them: without quotes. What is quoted as a whole line is not judged. */
export function schemaEffectOf(words: readonly string[]): SchemaEffect {
  const text = words
    .map((word) => (/\s/.test(word) ? '…' : word))
    .join(' ')
    .replace(PREFIXES, '');
  // What is only printed or looked for is not run.
  if (
    /^(?:echo|printf|grep|test|\[|cat|ls|chmod|chown|cp|mv|ln|rm|touch|mkdir|dos2unix|sed|which)\s/.test(
      text,
    )
  )
    return 'none';
  if (matches(text, DESTROYS)) return 'destroys';
  return matches(text, MIGRATES) && !LOOKS.test(text) ? 'migrates' : 'none';
}

function matches(text: string, rules: readonly Rule[]): boolean {
  const lower = text.toLowerCase();
  return rules.some(
    ([words, pattern]) => words.some((word) => lower.includes(word)) && pattern.test(text),
  );
}

/** The command that migrates, in a text of which only this is known: that it may be a script. */
export function migrationMentioned(text: string): string | undefined {
  return text
    .split(/\n|&&|\|\||;/)
    .map((line) => line.replace(/^\s*#.*$/, '').trim())
    .find((line) => line !== '' && schemaEffectOf(line.split(/\s+/)) !== 'none');
}
