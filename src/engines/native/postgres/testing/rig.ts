import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { spawnDetached } from '../../../../host/spawn-detached.ts';
import type { EventBody } from '../../../../model/event.ts';
import type { InnerProcess, OuterProcess } from '../../isolation.ts';
import { clusterPlaceOf } from '../cluster-place.ts';
import { findBinaries } from '../find-binaries.ts';
import { initialise, type Initialised } from '../initialise.ts';
import { findLauncher, type Launcher } from '../launcher.ts';
import type { PostgresService } from '../postgres-service.ts';
import { type PostgresServer, serverProcess } from '../server-process.ts';
import { endServer } from '../server-processes.ts';
import { type PostgresSettings, readSettings } from '../settings.ts';
import { toolsFolder } from '../tools-folder.ts';

/** A project of a test: folders of its own, real programs, everything ended and removed with it. */
export interface Rig extends AsyncDisposable {
  readonly root: string;
  readonly cache: string;
  readonly events: EventBody[];
  /** Lines that initialisations have printed. */
  output(): readonly string[];
  service(
    environment?: Record<string, string>,
    files?: Record<string, string>,
  ): Promise<PostgresService>;
  server(
    service: PostgresService,
  ): Promise<{ readonly server: PostgresServer; readonly settings: PostgresSettings }>;
  init(service: PostgresService): Promise<Initialised>;
  /** Starts the server for good; gives its port. */
  start(service: PostgresService, port: number): Promise<PostgresServer>;
}

export interface RigOptions {
  readonly launcher?: Launcher;
  /** `PATH` of services. @defaultValue this process's */
  readonly path?: string;
  /** Stands for dist/psql.js. */
  readonly psql?: string;
}

// oxlint-disable-next-line max-lines-per-function -- the parts share everything
export async function makeRig({
  launcher,
  path,
  psql = '/nonexistent',
}: RigOptions = {}): Promise<Rig> {
  const root = await mkdtemp(join(tmpdir(), 'bowline-pg-'));
  const cache = join(root, 'cache');
  const { signal } = new AbortController();
  const events: EventBody[] = [];
  const emit = (event: EventBody): void => void events.push(event);
  const environment = { PATH: path ?? process.env['PATH'] ?? '', HOME: root };
  const common = { cache, environment: { ...process.env, ...environment }, signal, emit };
  const binaries = await findBinaries(17, {
    ...common,
    folder: import.meta.dirname,
    node: process.execPath,
  });
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  const used = launcher ?? (await findLauncher({ ...common, uid, gid }));
  const tools = await toolsFolder({
    cache,
    binaries,
    launcher: used,
    node: process.execPath,
    psql,
    path: environment.PATH,
  });
  const folders: string[] = [];
  let count = 0;

  async function service(
    variables: Record<string, string> = {},
    files: Record<string, string> = {},
  ): Promise<PostgresService> {
    count += 1;
    const own = join(root, `service-${count}`);
    const init = join(own, 'init');
    await mkdir(init, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(init, name), text);
    return {
      name: 'db',
      image: { kind: 'postgres', major: 17, variant: 'debian' },
      environment: new Map(Object.entries({ POSTGRES_PASSWORD: 'secret', ...variables })),
      views: [
        { source: join(own, 'data'), target: '/var/lib/postgresql/data', readOnly: false },
        { source: init, target: '/docker-entrypoint-initdb.d', readOnly: true },
      ],
      anonymous: join(own, 'anonymous'),
    };
  }

  const server = async (wanted: PostgresService) => {
    const result = await readSettings(wanted);
    if (result.kind !== 'settings') throw new Error(result.problem.message);
    const { settings } = result;
    const { folder } = await clusterPlaceOf(wanted, settings);
    folders.push(folder);
    const sockets = join(root, `s${folders.length}`);
    const base = new Map(Object.entries(environment));
    const made = { service: wanted, binaries, launcher: used, folder, tools, sockets, base };
    return { server: { ...made, paths: 'outside' as const }, settings };
  };

  return {
    root,
    cache,
    events,
    output: () => events.flatMap((event) => (event.kind === 'output' ? [event.text] : [])),
    service,
    server,
    init: async (wanted) => {
      const { server: made, settings } = await server(wanted);
      const initialised = await initialise(made, settings, { ...common, launch });
      await initialised.durable;
      return initialised;
    },
    start: async (wanted, port) => {
      const { server: made } = await server(wanted);
      await mkdir(made.sockets, { recursive: true, mode: 0o700 });
      const process = launch(serverProcess(made, { addresses: ['127.0.0.1'], port }));
      await spawnDetached(process.argv, { ...process, descriptors: [] });
      return made;
    },
    [Symbol.asyncDispose]: async () => {
      for (const folder of folders) await endServer(folder);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function launch({ argv, cwd, environment }: InnerProcess): OuterProcess {
  return { argv, cwd, environment: Object.fromEntries(environment), rewritten: [] };
}
