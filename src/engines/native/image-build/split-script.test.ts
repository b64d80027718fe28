import { expect, test } from 'vitest';

import { recognise } from './recognise-command.ts';
import { splitScript } from './split-script.ts';

const kinds = (script: string) => splitScript(script).map((each) => recognise(each));

test.each([
  ['npm ci && npm run build', ['npm ci', 'npm run build']],
  ['a; b\nc', ['a', 'b', 'c']],
  ['echo "x && y" && echo \'a;b\'', ['echo "x && y"', "echo 'a;b'"]],
  ['A=$(a && b; c) x', ['A=$(a && b; c) x']],
  ['a || b && c', ['a || b', 'c']],
  ['# why\na # b', ['a # b']],
  ['a\nif x; then y; fi\nz', ['a', 'if x; then y; fi\nz']],
  ['', []],
  ['"unclosed && x', ['"unclosed && x']],
  ['#', []],
])('%j is %j', (script, texts) => {
  expect(splitScript(script).map(({ text }) => text)).toEqual(texts);
});

test.each([
  ['npm ci --omit=dev', 'tool'],
  ['NODE_ENV=production npm ci', 'tool'],
  ['npm ci || npm install', 'tool'],
  ['npm --prefix web run build', 'tool'],
  ['npm cache clean --force', 'skipped'],
  ['npm config set x y', 'skipped'],
  ['pnpm install --frozen-lockfile', 'tool'],
  ['yarn --frozen-lockfile', 'tool'],
  ['yarn', 'tool'],
  ['npx tsc -p .', 'tool'],
  ['pip3 install --no-cache-dir -r requirements.txt', 'tool'],
  ['python -m pip install .', 'tool'],
  ['uv sync --frozen', 'tool'],
  ['poetry config virtualenvs.create false', 'skipped'],
  ['python manage.py collectstatic --noinput', 'tool'],
  ['python3 -m venv /opt/venv', 'venv'],
  ['bundle install', 'tool'],
  ['mkdir -p /data', 'files'],
  ['echo x > /etc/y', 'files'],
  ['chown -R node:node /app', 'skipped'],
  ['groupadd -r x || true', 'skipped'],
  ['apt-get update', 'skipped'],
  ['set -eux', 'skipped'],
  ['cd web', 'enter'],
  ['export A=b', 'export'],
  ['curl -sSL https://example.org/x | sh', 'unknown'],
  ['for x in a; do rm $x; done', 'unknown'],
  ['make', 'unknown'],
])('%s: %s', (script, kind) => {
  expect(kinds(script).map((part) => part.kind)).toEqual([kind]);
});

test('packages of a distribution are named without versions and flags', () => {
  expect(kinds('apt-get install -y --no-install-recommends libpq-dev=15 gcc g++')).toEqual([
    { kind: 'packages', names: ['libpq-dev', 'gcc', 'g++'] },
  ]);
  expect(kinds('apk add --no-cache curl')).toEqual([{ kind: 'packages', names: ['curl'] }]);
});

test('what fills a virtual environment is told from what uses it', () => {
  expect(kinds('pip install x; python manage.py collectstatic; uv pip install y')).toMatchObject([
    { installs: true },
    { installs: false },
    { installs: true },
  ]);
});
