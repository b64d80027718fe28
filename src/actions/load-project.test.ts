import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ComposeError } from '../model/diagnostic.ts';
import { loadProject, type LoadOptions, type LoadedProject } from './load-project.ts';

const { signal } = new AbortController();
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-load-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function given(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

function load(options: Partial<LoadOptions> = {}): Promise<LoadedProject> {
  const defaults = { files: [], profiles: [], envFiles: [], environment: {}, cwd: folder };
  return loadProject({ ...defaults, ...options }, { signal });
}

async function codes(options: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  try {
    return (await load(options)).diagnostics.map(({ code }) => code);
  } catch (error) {
    if (error instanceof ComposeError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
}

const image = (name: string): string => `services: {web: {image: "${name}"}}\n`;

async function imageOf(options: Partial<LoadOptions> = {}): Promise<string | undefined> {
  return (await load(options)).project.services[0]?.image;
}

describe('which files', () => {
  test('compose.yaml wins, and its override is laid over it', async () => {
    await given({
      'compose.yaml': image('a'),
      'docker-compose.yml': image('b'),
      'compose.override.yaml': 'services: {web: {command: x}}',
    });
    const { project, diagnostics } = await load();
    expect(project.files).toEqual(
      ['compose.yaml', 'compose.override.yaml'].map((name) => join(folder, name)),
    );
    expect(project.services[0]).toMatchObject({ image: 'a', command: ['x'] });
    expect(diagnostics.map(({ code }) => code)).toEqual(['compose/several-files']);
  });

  test('a folder above is looked into, and is the working directory', async () => {
    await given({ 'compose.yaml': image('a'), '.env': 'X=1\n', 'src/deep/x': '' });
    const { project } = await load({ cwd: join(folder, 'src/deep') });
    expect(project.workingDir).toBe(folder);
  });

  test('no file at all says where was looked', async () => {
    await expect(load()).rejects.toMatchObject({
      diagnostics: [{ code: 'compose/no-file', message: expect.stringContaining(folder) }],
    });
  });

  test('files that are named are read relative to cwd, and only those', async () => {
    await given({
      'compose.yaml': image('a'),
      'x/b.yaml': image('b'),
      'compose.override.yaml': image('c'),
    });
    expect(await imageOf({ files: ['x/b.yaml'] })).toBe('b');
    expect(await imageOf({ files: ['compose.yaml', 'x/b.yaml'] })).toBe('b');
  });

  test('standard input is a file called -', async () => {
    expect(await imageOf({ files: ['-'], readStdin: () => Promise.resolve(image('in')) })).toBe(
      'in',
    );
  });

  test('COMPOSE_FILE names files, also from .env', async () => {
    await given({
      'a.yaml': image('a'),
      'b.yaml': image('b'),
      '.env': 'COMPOSE_FILE=a.yaml;b.yaml\nCOMPOSE_PATH_SEPARATOR=;\n',
    });
    expect(await imageOf()).toBe('b');
    expect(
      await imageOf({ environment: { COMPOSE_FILE: 'a.yaml', COMPOSE_PATH_SEPARATOR: '' } }),
    ).toBe('a');
  });

  test('a file that is missing, a folder or no text is an error', async () => {
    await given({ 'folder/x': '' });
    await writeFile(join(folder, 'bytes'), new Uint8Array([0xff, 0x00]));
    expect(await codes({ files: ['none.yaml'] })).toEqual(['compose/missing-file']);
    expect(await codes({ files: ['folder'] })).toEqual(['compose/missing-file']);
    expect(await codes({ files: ['bytes'] })).toEqual(['compose/missing-file']);
  });

  test('paths start from the folder that is named', async () => {
    await given({ 'a/compose.yaml': 'services: {web: {build: .}}\n' });
    const { project } = await load({ files: ['a/compose.yaml'], projectDirectory: 'b' });
    expect(project.services[0]?.build?.context).toBe(join(folder, 'b'));
  });
});

describe('which variables', () => {
  const used = image('${X:-none}');

  test('.env beside the file, the shell over it', async () => {
    await given({ 'compose.yaml': used, '.env': 'X=file\n' });
    expect(await imageOf()).toBe('file');
    expect(await imageOf({ environment: { X: 'shell' } })).toBe('shell');
  });

  test('--env-file in place of .env, the later over the earlier', async () => {
    await given({ 'compose.yaml': used, '.env': 'X=dot\n', 'a.env': 'X=a\n', 'b.env': 'X=b\n' });
    expect(await imageOf({ envFiles: ['a.env', 'b.env'] })).toBe('b');
    expect(await imageOf({ environment: { COMPOSE_ENV_FILES: 'b.env,a.env' } })).toBe('a');
    expect(await codes({ envFiles: ['none.env'] })).toContain('compose/missing-env-file');
  });

  test('COMPOSE_DISABLE_ENV_FILE switches .env off', async () => {
    await given({ 'compose.yaml': used, '.env': 'X=dot\n' });
    expect(await imageOf({ environment: { COMPOSE_DISABLE_ENV_FILE: 'true' } })).toBe('none');
  });

  test('the .env of where the user stands, then that of the project', async () => {
    await given({
      'compose.yaml': image('${X}-${Y}'),
      '.env': 'X=top\nY=top\n',
      'sub/.env': 'X=sub\n',
    });
    expect(await imageOf({ cwd: join(folder, 'sub') })).toBe('sub-top');
  });

  test('a folder called .env is passed over', async () => {
    await given({ 'compose.yaml': used, '.env/pyvenv.cfg': '' });
    expect(await imageOf()).toBe('none');
  });

  test('noInterpolate leaves variables as they are', async () => {
    await given({ 'compose.yaml': used });
    expect(await imageOf({ noInterpolate: true })).toBe('${X:-none}');
  });

  test('values of .env never reach the report', async () => {
    await given({ 'compose.yaml': image('a'), '.env': 'PASSWORD=hunter2$x\nhunter3&=1\n' });
    await expect(load()).rejects.toSatisfy((error) => {
      const sources =
        error instanceof ComposeError ? [...error.sources.values()].join('\n') : 'hunter';
      return !sources.includes('hunter');
    });
  });
});

describe('the name', () => {
  const name = async (options: Partial<LoadOptions> = {}): Promise<string> =>
    (await load(options)).project.name;

  test('the option, the variable, the file, the folder', async () => {
    await given({
      'My App/compose.yaml': image('a'),
      'named.yaml': `name: written\n${image('a')}`,
    });
    expect(await name({ cwd: join(folder, 'My App') })).toBe('myapp');
    expect(await name({ files: ['named.yaml'] })).toBe('written');
    const environment = { COMPOSE_PROJECT_NAME: 'from-shell' };
    expect(await name({ files: ['named.yaml'], environment })).toBe('from-shell');
    expect(await name({ files: ['named.yaml'], environment, projectName: 'opt' })).toBe('opt');
  });

  test('a name that none can have is an error, and one without a letter, too', async () => {
    await given({ 'compose.yaml': image('a'), 'dots.yaml': `name: "..."\n${image('a')}` });
    expect(await codes({ projectName: 'My App' })).toEqual(['arguments/project-name']);
    expect(await codes({ files: ['dots.yaml'] })).toContain('compose/no-project-name');
  });

  test('the file sees the name as COMPOSE_PROJECT_NAME', async () => {
    await given({ 'compose.yaml': image('${COMPOSE_PROJECT_NAME}') });
    expect(await imageOf({ projectName: 'shop' })).toBe('shop');
  });
});

describe('the project', () => {
  test('has types, units and places', async () => {
    const text = `services:
  web:
    image: shop
    command: run "two words"
    ports: ["127.0.0.1:8000:80", 9000]
    environment: {A: 1, B: }
    volumes: ["./x:/x:ro", "data:/data", "/anon"]
    secrets: [{source: s, target: t, mode: 0400}]
    depends_on: {db: {condition: service_healthy, restart: true}}
    restart: on-failure:3
    stop_grace_period: 1m
    healthcheck: {test: check, interval: 5s}
    networks: {default: {aliases: [shop]}}
    extra_hosts: ["host:host-gateway"]
    x-bowline: {native: {command: npm start, cwd: app}}
  db: {image: postgres, healthcheck: {test: [CMD, x]}, deploy: {replicas: 2}}
volumes: {data: }
secrets: {s: {environment: SECRET}}
`;
    await given({ 'compose.yaml': text });
    const { project } = await load({ environment: { SECRET: 'x' } });
    const [web, db] = project.services;
    expect(web).toMatchObject({
      name: 'web',
      command: ['run', 'two words'],
      ports: [
        { target: 80, published: '8000', protocol: 'tcp', hostIp: '127.0.0.1' },
        { target: 9000, protocol: 'tcp' },
      ],
      mounts: [
        {
          kind: 'bind',
          source: join(folder, 'x'),
          target: '/x',
          readOnly: true,
          createHostPath: true,
        },
        { kind: 'volume', source: 'data', target: '/data', readOnly: false },
        { kind: 'volume', target: '/anon', readOnly: false },
      ],
      secrets: [{ source: 's', target: '/run/secrets/t', mode: 0o400 }],
      dependsOn: [{ service: 'db', condition: 'service_healthy', required: true, restart: true }],
      restart: { kind: 'on-failure', maxRetries: 3 },
      stopGracePeriodMs: 60_000,
      healthcheck: {
        test: ['CMD-SHELL', 'check'],
        intervalMs: 5000,
        timeoutMs: 30_000,
        retries: 3,
      },
      aliases: ['shop'],
      native: { command: ['npm', 'start'], cwd: join(folder, 'app') },
    });
    expect([...(web?.environment.keys() ?? [])]).toEqual(['A']);
    expect(web?.extraHosts.get('host')).toBe('host-gateway');
    expect(db?.replicas).toBe(2);
    expect(project.volumes).toMatchObject([{ key: 'data', external: false }]);
    expect(project.secrets).toMatchObject([{ kind: 'environment', value: 'x' }]);
    const at = project.origins.get('/services/web/ports/0/published');
    expect(text.slice(at?.start, at?.end)).toBe('"127.0.0.1:8000:80"');
  });

  test('a value from an env_file knows its line there', async () => {
    await given({
      'compose.yaml': 'services: {web: {image: a, env_file: w.env}}\n',
      'w.env': 'A=1\nB=two\n',
    });
    const { project } = await load();
    expect(project.services[0]?.environment.get('B')).toEqual({
      value: 'two',
      at: { file: join(folder, 'w.env'), start: 6, end: 9 },
      isUnclassified: true,
    });
  });

  test('naming a service switches it on', async () => {
    await given({ 'compose.yaml': 'services: {a: {image: x}, b: {image: x, profiles: [p]}}\n' });
    expect((await load()).project).toMatchObject({ services: [{ name: 'a' }], inactive: ['b'] });
    expect((await load({ enabled: ['b'] })).project.inactive).toEqual([]);
    expect((await load({ environment: { COMPOSE_PROFILES: 'q, p' } })).project.inactive).toEqual(
      [],
    );
  });

  test('alternatives on one port are an error only when they run together', async () => {
    await given({
      'compose.yaml':
        'services: {a: {image: x, ports: ["80:80"]}, b: {image: x, ports: ["80:80"]}}\n',
    });
    expect(await codes()).toEqual(['compose/port-twice']);
    expect(await codes({ enabled: ['b'] })).toEqual([]);
  });
});

describe('the fingerprint', () => {
  const fingerprint = async (
    service: string,
    rest = '',
    options: Partial<LoadOptions> = {},
  ): Promise<string> => {
    await given({
      'compose.yaml': `services: {web: {image: a, ${service}}, db: {image: b}}\n${rest}`,
    });
    return (await load(options)).project.services[0]?.fingerprint ?? '';
  };

  test('changes with what a running copy would miss', async () => {
    const before = await fingerprint('tty: false');
    for (const service of [
      'command: x',
      'environment: {A: 1}',
      'restart: always',
      'ports: [80]',
      'labels: {a: b}',
    ]) {
      expect(await fingerprint(service)).not.toBe(before);
    }
  });

  test('stays with what a running copy need not know', async () => {
    const before = await fingerprint('tty: false');
    for (const service of ['depends_on: [db]', 'scale: 3', 'x-note: y', 'pull_policy: always']) {
      expect(await fingerprint(service)).toBe(before);
    }
    expect(await fingerprint('deploy: {replicas: 1}')).toBe(
      await fingerprint('deploy: {replicas: 2}'),
    );
  });

  test('changes with the content of what the service may read', async () => {
    await given({ 'w.env': 'A=1\n', 's.txt': 'one' });
    const rest = 'secrets: {s: {file: s.txt}, v: {environment: V}}\n';
    const service = 'env_file: w.env, secrets: [s, v]';
    const first = await fingerprint(service, rest);
    await given({ 's.txt': 'two' });
    const second = await fingerprint(service, rest);
    await given({ 'w.env': 'A=2\n' });
    const third = await fingerprint(service, rest);
    const fourth = await fingerprint(service, rest, { environment: { V: 'new' } });
    expect(new Set([first, second, third, fourth]).size).toBe(4);
  });
});

test('diagnostics come in the order of the files, and each once', async () => {
  await given({
    'b.yaml': 'services: {web: {imge: x}}\n',
    'a.yaml':
      'x-common: &c {restrt: always}\nservices: {w: {<<: *c, image: a}, v: {<<: *c, image: a}}\n',
  });
  await expect(load({ files: ['b.yaml', 'a.yaml'] })).rejects.toMatchObject({
    diagnostics: [
      { at: { file: join(folder, 'b.yaml') } },
      { at: { file: join(folder, 'a.yaml') } },
    ],
  });
});

test('whatever a file holds, the answer is a project or diagnostics', async () => {
  const words = fc.constantFrom(
    'services:',
    'web:',
    'image:',
    'x',
    '\n',
    '\n  ',
    '\n    ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ':',
    '"',
    '&a',
    '*a',
    '<<:',
    ' ',
    'extends:',
    'include:',
    'compose.yaml',
    'env_file:',
    'volumes:',
    'ports:',
    'depends_on:',
    '__proto__:',
    'constructor:',
    '${',
    '}',
    '$A',
    'null',
    '0',
    '-1',
    '!reset ',
    '!override ',
    'secrets:',
    'deploy:',
    'build:',
    'environment:',
    'name:',
  );
  const text = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
    fc
      .array(words, { maxLength: 20 })
      .map((parts) => `services:\n  web:\n    image: x\n    ${parts.join('')}`),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (written) => {
      const options = { files: ['-'], readStdin: () => Promise.resolve(written) };
      const outcome = await load(options).catch((error: unknown) => error);
      expect(outcome instanceof ComposeError || Object.hasOwn(Object(outcome), 'project')).toBe(
        true,
      );
    }),
    { numRuns: 600 },
  );
}, 60_000);
