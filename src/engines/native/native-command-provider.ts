import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../../host/atomic-file.ts';
import { runCommand } from '../../host/run-command.ts';
import { RunError } from '../../model/finding.ts';
import type { NativeSettings, Service } from '../../model/project.ts';
import { processInside, type ProviderContext, unitOf } from './app-provider.ts';
import { exitInWords } from '../../diagnose/exit-in-words.ts';
import type { NativeImage } from './image.ts';
import { allClear, type PrepareOptions, type Provider } from './provider.ts';

/** `x-bowline.native`: the user says how the service runs on this machine. */
export function nativeCommandProvider(
  service: Service,
  settings: NativeSettings,
  context: ProviderContext,
): Provider {
  const { options, places } = context;
  const cwd = settings.cwd ?? options.project.workingDir;
  const { command: _, entrypoint: __, workingDir: ___, ...rest } = service;
  const own: Service = {
    ...rest,
    ...(settings.command !== undefined && { command: settings.command }),
  };
  const image: NativeImage = {
    paths: [],
    environment: new Map(),
    workingDir: cwd,
    exposed: [],
    programFolders: (options.environment['PATH'] ?? '').split(':'),
    digest: 'native',
  };
  return {
    check: () => Promise.resolve(allClear),
    artifact: () => Promise.resolve(undefined),
    prepare: async (asked) =>
      settings.setup === undefined
        ? false
        : setUp(settings.setup, {
            ...asked,
            cwd,
            service,
            stamp: join(places.own, 'setup.json'),
            options,
          }),
    unit: (asked) => unitOf(own, image, { ...context, ...asked }),
    inside: (request) => processInside(own, image, { ...context, ...request }),
  };
}

/** Files that say which packages a program needs: when one changes, the set-up runs again. */
const LOCK_FILES = [
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'requirements.txt',
  'pyproject.toml',
  'uv.lock',
  'poetry.lock',
  'Gemfile.lock',
  'composer.lock',
  'go.sum',
  'Cargo.lock',
];

interface SetUp extends PrepareOptions {
  readonly cwd: string;
  readonly service: Service;
  readonly stamp: string;
  readonly options: ProviderContext['options'];
}

async function setUp(
  line: string,
  { cwd, service, stamp, options, force, signal, emit }: SetUp,
): Promise<boolean> {
  const digest = createHash('sha256').update(line);
  for (const name of LOCK_FILES) digest.update(await readFile(join(cwd, name)).catch(() => ''));
  const key = digest.digest('hex');
  const before = await readFile(stamp, 'utf8').catch(() => '');
  if (!force && before === key) return false;
  const lines: string[] = [];
  const environment = Object.fromEntries(
    Object.entries(options.environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const { exit } = await runCommand(['/bin/sh', '-c', line], {
    cwd,
    environment,
    signal,
    onLine: (text) => {
      lines.push(text);
      emit({ kind: 'output', service: service.name, text });
    },
  });
  if (exit.kind !== 'code' || exit.code !== 0) {
    throw new RunError([
      {
        code: 'native/setup-failed',
        service: service.name,
        cause: `the set-up "${line}" of ${service.name} ${exitInWords(exit)}`,
        proof: lines.slice(-20),
        ...(service.native !== undefined && { at: service.native.at }),
      },
    ]);
  }
  await writeFileAtomically(stamp, key);
  return true;
}
