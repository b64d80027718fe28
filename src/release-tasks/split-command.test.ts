import { describe, expect, test } from 'vitest';

import { splitWords } from '../compose/words.ts';
import { splitCommand } from './split-command.ts';

/** A command as it is written in a Compose file: one text is taken apart into words as Compose does. */
function splitOf(command: string | readonly string[]) {
  if (typeof command !== 'string') return splitCommand(command);
  const read = splitWords(command);
  return splitCommand(read.kind === 'words' ? read.words : []);
}

// Lines as they stand in public Compose files and Dockerfiles; the names are changed.
describe('a migration before the server runs once, by itself', () => {
  test.each<[command: string | readonly string[], task: string, serve: string]>([
    [
      'sh -c "python manage.py migrate && gunicorn app.wsgi -b 0.0.0.0:8000"',
      'python manage.py migrate',
      'gunicorn app.wsgi -b 0.0.0.0:8000',
    ],
    [
      'bash -c "python manage.py migrate --noinput && python manage.py runserver 0.0.0.0:8000"',
      'python manage.py migrate --noinput',
      'python manage.py runserver 0.0.0.0:8000',
    ],
    [
      '/bin/sh -c "/app/migrate.sh &&\n        exec /app/entrypoint.sh"',
      '/app/migrate.sh',
      'exec /app/entrypoint.sh',
    ],
    [
      'sh -c "chmod +x migrate.sh; sh migrate.sh; sh entrypoint.sh"',
      'chmod +x migrate.sh; sh migrate.sh',
      'chmod +x migrate.sh; sh entrypoint.sh',
    ],
    [
      'bash -c "chmod +x /app/migrate.sh && sh /app/migrate.sh && /app/entrypoint.sh"',
      'chmod +x /app/migrate.sh && sh /app/migrate.sh',
      'chmod +x /app/migrate.sh && /app/entrypoint.sh',
    ],
    [
      [
        'sh',
        '-c',
        'python manage.py makemigrations\npython manage.py migrate\npython manage.py runserver 0.0.0.0:8000\n',
      ],
      'python manage.py makemigrations\npython manage.py migrate',
      'python manage.py runserver 0.0.0.0:8000',
    ],
    [
      'sh -c "python manage.py makemigrations && python manage.py migrate && python manage.py collectstatic --noinput && gunicorn app.wsgi:application --bind 0.0.0.0:8000"',
      'python manage.py makemigrations && python manage.py migrate',
      'python manage.py collectstatic --noinput && gunicorn app.wsgi:application --bind 0.0.0.0:8000',
    ],
    [
      'sh -c "python manage.py collectstatic --noinput && python manage.py migrate && gunicorn app.wsgi"',
      'python manage.py collectstatic --noinput && python manage.py migrate',
      'python manage.py collectstatic --noinput && gunicorn app.wsgi',
    ],
    [
      'sh -c "python manage.py wait_for_db && python manage.py migrate && uvicorn app.asgi:application"',
      'python manage.py wait_for_db && python manage.py migrate',
      'python manage.py wait_for_db && uvicorn app.asgi:application',
    ],
    [
      `bash -c 'while !</dev/tcp/db/5432; do sleep 1; done; python manage.py migrate; python manage.py runserver 0.0.0.0:8000'`,
      'while !</dev/tcp/db/5432; do sleep 1; done; python manage.py migrate',
      'while !</dev/tcp/db/5432; do sleep 1; done; python manage.py runserver 0.0.0.0:8000',
    ],
    [
      'bash -c "until nc -z db 5432; do sleep 1; done && ./manage.py migrate && daphne -b 0.0.0.0 app.asgi:application"',
      'until nc -z db 5432; do sleep 1; done && ./manage.py migrate',
      'until nc -z db 5432; do sleep 1; done && daphne -b 0.0.0.0 app.asgi:application',
    ],
    [
      'sh -c "cd /code && poetry run python manage.py migrate && poetry run gunicorn app.wsgi"',
      'cd /code && poetry run python manage.py migrate',
      'cd /code && poetry run gunicorn app.wsgi',
    ],
    [
      'sh -c "uv run manage.py migrate --noinput && exec uv run granian app.wsgi:application"',
      'uv run manage.py migrate --noinput',
      'exec uv run granian app.wsgi:application',
    ],
    [
      'sh -c "python -m django migrate --settings=app.settings ; exec gunicorn app.wsgi --workers 3 --timeout 180"',
      'python -m django migrate --settings=app.settings',
      'exec gunicorn app.wsgi --workers 3 --timeout 180',
    ],
    [
      'bash -c "alembic upgrade head && uvicorn app.main:app --host 0.0.0.0 --port 8000"',
      'alembic upgrade head',
      'uvicorn app.main:app --host 0.0.0.0 --port 8000',
    ],
    [
      'sh -c "alembic -c migrations/alembic.ini upgrade head && fastapi run app/main.py"',
      'alembic -c migrations/alembic.ini upgrade head',
      'fastapi run app/main.py',
    ],
    [
      'sh -c "flask db upgrade && flask run --host=0.0.0.0"',
      'flask db upgrade',
      'flask run --host=0.0.0.0',
    ],
    [
      'sh -c "flask --app shop db upgrade || exit 1; exec gunicorn shop:app"',
      'flask --app shop db upgrade || exit 1',
      'exec gunicorn shop:app',
    ],
    ['sh -c "aerich upgrade && uvicorn main:app"', 'aerich upgrade', 'uvicorn main:app'],
    [
      `bash -c "rm -f tmp/pids/server.pid && bundle exec rails db:migrate && bundle exec rails s -p 3000 -b '0.0.0.0'"`,
      'rm -f tmp/pids/server.pid && bundle exec rails db:migrate',
      `rm -f tmp/pids/server.pid && bundle exec rails s -p 3000 -b '0.0.0.0'`,
    ],
    [
      'bash -c "bin/rails db:prepare && bin/rails server -b 0.0.0.0"',
      'bin/rails db:prepare',
      'bin/rails server -b 0.0.0.0',
    ],
    [
      'bash -c "bundle exec rake db:create db:migrate && bundle exec puma -C config/puma.rb"',
      'bundle exec rake db:create db:migrate',
      'bundle exec puma -C config/puma.rb',
    ],
    [
      'bash -c "bundle exec rails db:migrate 2>/dev/null || bundle exec rails db:create db:migrate; bundle exec puma"',
      'bundle exec rails db:migrate 2>/dev/null || bundle exec rails db:create db:migrate',
      'bundle exec puma',
    ],
    [
      'sh -c "npx prisma migrate deploy && node dist/main.js"',
      'npx prisma migrate deploy',
      'node dist/main.js',
    ],
    [
      'sh -c "npx prisma generate && npx prisma db push && npm run dev"',
      'npx prisma generate && npx prisma db push',
      'npx prisma generate && npm run dev',
    ],
    [['/bin/sh', '-c', 'npm run migrate && npm start'], 'npm run migrate', 'npm start'],
    ['sh -c "yarn db:migrate && exec yarn start:prod"', 'yarn db:migrate', 'exec yarn start:prod'],
    [
      'sh -c "npx knex migrate:latest --env production && node server.js"',
      'npx knex migrate:latest --env production',
      'node server.js',
    ],
    [
      'sh -c "npx sequelize-cli db:migrate && npx sequelize-cli db:seed:all && node ."',
      'npx sequelize-cli db:migrate',
      'npx sequelize-cli db:seed:all && node .',
    ],
    [
      'sh -c "npx typeorm-ts-node-commonjs migration:run -d src/data-source.ts && node dist/index.js"',
      'npx typeorm-ts-node-commonjs migration:run -d src/data-source.ts',
      'node dist/index.js',
    ],
    ['sh -c "pnpm drizzle-kit migrate && node build"', 'pnpm drizzle-kit migrate', 'node build'],
    ['sh -c "php artisan migrate --force && php-fpm"', 'php artisan migrate --force', 'php-fpm'],
    [
      'sh -c "php artisan config:cache && php artisan migrate --force --seed && php artisan serve --host=0.0.0.0"',
      'php artisan config:cache && php artisan migrate --force --seed',
      'php artisan config:cache && php artisan serve --host=0.0.0.0',
    ],
    [
      'sh -c "bin/console doctrine:migrations:migrate --no-interaction && apache2-foreground"',
      'bin/console doctrine:migrations:migrate --no-interaction',
      'apache2-foreground',
    ],
    [
      'sh -c "flyway -url=jdbc:postgresql://db/shop migrate && java -jar app.jar"',
      'flyway -url=jdbc:postgresql://db/shop migrate',
      'java -jar app.jar',
    ],
    [
      'sh -c "liquibase --changeLogFile=changelog.xml update; java -jar app.jar"',
      'liquibase --changeLogFile=changelog.xml update',
      'java -jar app.jar',
    ],
    [
      'sh -c "migrate -path /migrations -database $${DATABASE_URL} up && /app/server"',
      'migrate -path /migrations -database $${DATABASE_URL} up',
      '/app/server',
    ],
    [
      'sh -c "goose -dir ./migrations postgres \\"$$DSN\\" up && ./api"',
      'goose -dir ./migrations postgres "$$DSN" up',
      './api',
    ],
    ['sh -c "dbmate --wait up && ./server"', 'dbmate --wait up', './server'],
    [
      'sh -c "diesel migration run && ./target/release/api"',
      'diesel migration run',
      './target/release/api',
    ],
    ['sh -c "mix ecto.migrate && mix phx.server"', 'mix ecto.migrate', 'mix phx.server'],
    [
      `sh -c "bin/shop eval 'Shop.Release.migrate' && exec bin/shop start"`,
      `bin/shop eval 'Shop.Release.migrate'`,
      'exec bin/shop start',
    ],
    [
      'sh -c "dotnet ef database update && dotnet Shop.dll"',
      'dotnet ef database update',
      'dotnet Shop.dll',
    ],
    [
      'sh -c "export PYTHONPATH=/app; set -e; python manage.py migrate; gunicorn app.wsgi & celery -A app worker; wait"',
      'export PYTHONPATH=/app; set -e; python manage.py migrate',
      'export PYTHONPATH=/app; set -e; gunicorn app.wsgi & celery -A app worker; wait',
    ],
    [
      'sh -c "DJANGO_DEBUG=1 python manage.py migrate 2>&1 | tee /tmp/migrate.log && python manage.py runserver"',
      'DJANGO_DEBUG=1 python manage.py migrate 2>&1 | tee /tmp/migrate.log',
      'python manage.py runserver',
    ],
    [
      'sh -c "python manage.py migrate --check || python manage.py migrate; gunicorn app.wsgi"',
      'python manage.py migrate --check || python manage.py migrate',
      'python manage.py migrate --check || :; gunicorn app.wsgi',
    ],
    [
      'sh -c "cd /app && python manage.py migrate || exit 1; gunicorn app.wsgi"',
      'cd /app && python manage.py migrate || exit 1',
      'cd /app && : || exit 1; gunicorn app.wsgi',
    ],
    [
      'sh -c "python manage.py migrate || true && gunicorn app.wsgi || sleep infinity"',
      'python manage.py migrate || true',
      'gunicorn app.wsgi || sleep infinity',
    ],
    [
      'sh -c "./wait-for-it.sh db:5432 -- python manage.py migrate && gunicorn app.wsgi"',
      './wait-for-it.sh db:5432 -- python manage.py migrate',
      'gunicorn app.wsgi',
    ],
    [
      ['tini', '--', 'bash', '-lc', 'alembic upgrade head # first\nexec uvicorn app:app'],
      'alembic upgrade head',
      'exec uvicorn app:app',
    ],
    [
      ['bash', '-e', '-o', 'pipefail', '-c', 'python manage.py migrate\nexec gunicorn app.wsgi'],
      'python manage.py migrate',
      'exec gunicorn app.wsgi',
    ],
  ])('%j', (command, task, serve) => {
    const split = splitOf(command);
    expect(split).toMatchObject({ kind: 'split' });
    if (split.kind !== 'split') return;
    expect(lineOf(split.task)).toBe(task);
    expect(lineOf(split.serve)).toBe(serve);
  });
});

describe('a migration is left where it is, and it is said why', () => {
  test.each<[command: string | readonly string[], migration: string, why: RegExp]>([
    [
      'sh -c "python manage.py migrate & gunicorn app.wsgi"',
      'python manage.py migrate',
      /in the background/,
    ],
    [
      'sh -c "celery -A app worker & python manage.py migrate && gunicorn app.wsgi"',
      'python manage.py migrate',
      /before it goes on in the background/,
    ],
    [
      'sh -c "service nginx start && python manage.py migrate && gunicorn app.wsgi"',
      'python manage.py migrate',
      /goes on in the background/,
    ],
    [
      'sh -c "if [ $$MIGRATE = 1 ]; then python manage.py migrate; fi; gunicorn app.wsgi"',
      'python manage.py migrate',
      /within "if"/,
    ],
    [
      `bash -c 'for app in a b; do python manage.py migrate $$app; done; gunicorn app.wsgi'`,
      'python manage.py migrate $$app',
      /within "for"/,
    ],
    ['sh -c "(cd api && npm run migrate) && npm start"', 'npm run migrate', /within a group/],
    [
      'sh -c "php artisan migrate:fresh --seed && php artisan serve"',
      'php artisan migrate:fresh --seed',
      /loss of all data/,
    ],
    [
      ['sh', '-c', 'cat <<END\npython manage.py migrate\nEND\ngunicorn app.wsgi'],
      'python manage.py migrate',
      /here-document/,
    ],
    [
      ['sh', '-c', `su app -c 'python manage.py migrate && gunicorn app.wsgi'`],
      'python manage.py migrate',
      /inside another command/,
    ],
    [
      ['watch', 'sh', '-c', 'python manage.py migrate && gunicorn app.wsgi'],
      'python manage.py migrate',
      /what "watch" does/,
    ],
    [
      ['su', 'app', '-c', 'alembic upgrade head && uvicorn app:app'],
      'alembic upgrade head',
      /argument of "su"/,
    ],
    [
      ['sh', '-c', 'migrate() { python manage.py migrate; }; migrate; gunicorn app'],
      'migrate() { python manage.py migrate',
      /function/,
    ],
  ])('%j', (command, migration, why) => {
    expect(splitOf(command)).toEqual({
      kind: 'left',
      migration,
      why: expect.stringMatching(why) as unknown,
    });
  });
});

describe('there is nothing to split', () => {
  test.each<[string | readonly string[]]>([
    ['gunicorn app.wsgi'],
    ['python manage.py migrate'],
    ['sh -c "python manage.py migrate"'],
    ['sh -c "exec python manage.py migrate"'],
    ['sh -c "sleep 5 && python manage.py migrate && echo done"'],
    // Compose runs no shell here and drops everything from the operator on.
    ['python manage.py migrate && gunicorn app.wsgi'],
    ['sh -c "python manage.py showmigrations && gunicorn app.wsgi"'],
    ['sh -c "python manage.py migrate --check && gunicorn app.wsgi"'],
    ['sh -c "npx prisma migrate status && node server.js"'],
    [`sh -c "echo 'run python manage.py migrate first' && gunicorn app.wsgi"`],
    ['sh -c "npm run migrate:rollback && npm start"'],
    ['sh -c "gunicorn migrate.wsgi"'],
    ['sh -c "node server.js --migrate"'],
    ['/bin/bash run.sh'],
    [['sh', '-c']],
    [[]],
    [['sh', '-c', `echo "never closed`]],
  ])('%j', (command) => {
    expect(splitOf(command)).toEqual({ kind: 'none' });
  });
});

test('what follows the line, and options of the shell, stay in both parts', () => {
  expect(
    splitCommand([
      'env',
      'A=1',
      'bash',
      '-xc',
      'alembic upgrade head; exec "$0" "$@"',
      'uvicorn',
      'app:app',
    ]),
  ).toEqual({
    kind: 'split',
    task: ['env', 'A=1', 'bash', '-xc', 'alembic upgrade head', 'uvicorn', 'app:app'],
    serve: ['env', 'A=1', 'bash', '-xc', 'exec "$0" "$@"', 'uvicorn', 'app:app'],
    migrations: ['alembic upgrade head'],
  });
});

/** The line that the shell gets: what follows its last option. */
function lineOf(argv: readonly string[]): string {
  return argv.at(-1) ?? '';
}
