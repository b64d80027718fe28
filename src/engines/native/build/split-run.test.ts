import { expect, test } from 'vitest';

import { splitRun, systemPackages } from './split-run.ts';

const kinds = (text: string) => splitRun(text).map(({ kind, text: part }) => `${kind}: ${part}`);

test.each([
  ['npm ci', ['run: npm ci']],
  [
    'npm ci --omit=dev && npm cache clean --force',
    ['run: npm ci --omit=dev', 'run: npm cache clean --force'],
  ],
  [
    'apt-get update && apt-get install -y curl',
    ['skip: apt-get update', 'skip: apt-get install -y curl'],
  ],
  [
    'pip install --no-cache-dir -r requirements.txt',
    ['pip: pip install --no-cache-dir -r requirements.txt'],
  ],
  ['python -m pip install gunicorn', ['pip: python -m pip install gunicorn']],
  ['python manage.py collectstatic --noinput', ['run: python manage.py collectstatic --noinput']],
  [
    'SECRET_KEY=x python manage.py collectstatic',
    ['run: SECRET_KEY=x python manage.py collectstatic'],
  ],
  ['groupadd app && useradd -g app app', ['skip: groupadd app', 'skip: useradd -g app app']],
  ['rm -rf /var/lib/apt/lists/*', ['skip: rm -rf /var/lib/apt/lists/*']],
  ['rm -rf node_modules/.cache', ['run: rm -rf node_modules/.cache']],
  ['rm -rf /app/x', ['skip: rm -rf /app/x']],
  ['set -eux; npm run build', ['skip: set -eux', 'run: npm run build']],
  ['echo "a && b" > x', ['run: echo "a && b" > x']],
  ['(npm ci && npm test)', ['run: (npm ci && npm test)']],
  ['curl -sSL example.com | sh', ['unknown: curl -sSL example.com | sh']],
  ['chmod +x /app/entrypoint.sh', ['run: chmod +x /app/entrypoint.sh']],
  ['npx prisma generate', ['run: npx prisma generate']],
  ['bundle install', ['run: bundle install']],
  ['uv sync --frozen', ['run: uv sync --frozen']],
])('RUN %s', (text, expected) => {
  expect(kinds(text)).toEqual(expected);
});

test('packages of the system are known by name', () => {
  expect(
    systemPackages(
      'apt-get update && apt-get install -y --no-install-recommends libpq-dev gcc && rm -rf /x',
    ),
  ).toEqual(['libpq-dev', 'gcc']);
  expect(systemPackages('apk add --no-cache bash')).toEqual(['bash']);
});
