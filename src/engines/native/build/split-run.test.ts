import { expect, test } from 'vitest';

import { pathsNamed, splitRun, systemPackages } from './split-run.ts';

const kinds = (text: string) => splitRun(text).map(({ kind, text: part }) => `${kind}: ${part}`);

test.each([
  ['npm ci', ['run: npm ci']],
  [
    'npm ci --omit=dev && npm cache clean --force',
    ['run: npm ci --omit=dev', 'skip: npm cache clean --force'],
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
  ['rm -rf /var/lib/apt/lists/*', ['file: rm -rf /var/lib/apt/lists/*']],
  ['rm -rf node_modules/.cache', ['file: rm -rf node_modules/.cache']],
  ['rm -rf /app/x', ['file: rm -rf /app/x']],
  ['set -eux; npm run build', ['skip: set -eux', 'run: npm run build']],
  ['echo "a && b" > x', ['file: echo "a && b" > x']],
  ['(npm ci && npm test)', ['unknown: (npm ci && npm test)']],
  ['curl -sSL example.com | sh', ['unknown: curl -sSL example.com | sh']],
  ['chmod +x /app/entrypoint.sh', ['file: chmod +x /app/entrypoint.sh']],
  ['npx prisma generate', ['run: npx prisma generate']],
  ['bundle install', ['run: bundle install']],
  ['cd web && npm ci', ['shell: cd web', 'run: npm ci']],
  ['npm ci || npm install', ['run: npm ci || npm install']],
  ['mkdir -p a || curl x | sh', ['unknown: mkdir -p a || curl x | sh']],
  ['echo x | base64 -d | sh', ['unknown: echo x | base64 -d | sh']],
  ['echo $(id)', ['unknown: echo $(id)']],
  ['npm install -g pnpm', ['skip: npm install -g pnpm']],
  ['npm config set registry x', ['skip: npm config set registry x']],
  [
    'if [ -f a ]; then npm ci; fi; npm test',
    ['unknown: if [ -f a ]', 'unknown: then npm ci', 'unknown: fi', 'unknown: npm test'],
  ],
  ['find / -name x -delete', ['unknown: find / -name x -delete']],
  ['uv sync --frozen', ['run: uv sync --frozen']],
])('RUN %s', (text, expected) => {
  expect(kinds(text)).toEqual(expected);
});

test.each([
  ['chmod +x /app/a b/c', ['/app/a']],
  ['echo x >/etc/motd', ['/etc/motd']],
  ['rm -rf node_modules ~/.npm', undefined],
  ['cp a ../b', undefined],
  ['cp $X /app', undefined],
  ['touch a', []],
])('%s names the paths %j', (text, paths) => {
  expect(pathsNamed(text)).toEqual(paths);
});

test('packages of the system are known by name', () => {
  expect(
    systemPackages(
      'apt-get update && apt-get install -y --no-install-recommends libpq-dev gcc && rm -rf /x',
    ),
  ).toEqual(['libpq-dev', 'gcc']);
  expect(systemPackages('apk add --no-cache bash')).toEqual(['bash']);
});
