import { join } from 'node:path';

import type { Preflight } from '../../engine/engine.ts';
import { makePrivateFolder } from '../../host/socket-path.ts';
import { RunError, type Finding } from '../../model/finding.ts';
import type { Healthcheck } from '../../model/healthcheck.ts';
import type { Service } from '../../model/project.ts';
import { addressesOfProject, type ProviderContext } from './app-provider.ts';
import type { InnerProcess, OuterProcess } from './isolation.ts';
import { servicePorts } from './routes.ts';
import { checkCredentials } from './postgres/check-credentials.ts';
import { checkPostgres, type CheckedPostgres } from './postgres/check-postgres.ts';
import { initialise } from './postgres/initialise.ts';
import type { PostgresService } from './postgres/postgres-service.ts';
import type { PostgresImage } from './postgres/recognise-postgres.ts';
import {
  clientEnvironment,
  type PostgresServer,
  serverProcess,
  targetPortOf,
} from './postgres/server-process.ts';
import { clearForServer } from './postgres/server-processes.ts';
import { wellKnownPostgresCheck } from './postgres/well-known-postgres-check.ts';
import { findPostgresTools } from './postgres-tools.ts';
import type {
  InsideRequest,
  PrepareOptions,
  ProvidedUnit,
  Provider,
  UnitOptions,
} from './provider.ts';
import { scheduleOf, unitNameOf, unitSpecOf } from './start-spec.ts';
import { surroundingsOf } from './surroundings.ts';
import { anonymousVolumeOf } from '../../model/project.ts';

/** `image: postgres`: an embedded server under the contract of the image. */
export function postgresProvider(
  service: Service,
  image: PostgresImage,
  context: ProviderContext,
): Provider {
  return new PostgresProvider(service, image, context);
}

class PostgresProvider implements Provider {
  readonly #service: Service;
  readonly #context: ProviderContext;
  readonly #described: PostgresService;
  #checked: Promise<CheckedPostgres> | undefined;
  #server: Promise<PostgresServer> | undefined;

  constructor(service: Service, image: PostgresImage, context: ProviderContext) {
    this.#service = service;
    this.#context = context;
    this.#described = describe(service, image, context);
  }

  async check(): Promise<Preflight> {
    this.#checked ??= checkPostgres(this.#described);
    const { diagnostics, findings, notes } = await this.#checked;
    return { diagnostics, findings, notes };
  }

  artifact(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async prepare({ signal, emit }: PrepareOptions): Promise<boolean> {
    const server = await this.#findServer(signal, emit);
    const { settings } = await this.#usable();
    const { options } = this.#context;
    const { changed, durable } = await initialise(server, settings, {
      cache: options.directories.cache,
      environment: options.environment,
      launch: (process) => this.#launch(process, 'init'),
      signal,
      emit,
    });
    // Started beside the server: it must not wait for the disk.
    void durable;
    if (changed) {
      const { version } = server.binaries;
      emit({
        kind: 'note',
        level: 'info',
        service: this.#service.name,
        text: `PostgreSQL ${version}, a new database`,
      });
    }
    return changed;
  }

  async unit({ number, fingerprint, signal, emit }: UnitOptions): Promise<ProvidedUnit> {
    const { options } = this.#context;
    const service = this.#service;
    const server = await this.#findServer(signal, emit);
    await makePrivateFolder(server.sockets);
    await this.#clear(server);
    // A start without preparation, as after a stop, finds the data as a new start of the image does.
    await this.prepare({ signal, emit, force: false });
    const address = this.#address();
    const port = targetPortOf(this.#described);
    const outer = await this.#launch(
      serverProcess(server, { addresses: [address], port }),
      'server',
    );
    const plans = service.ports.map((each) => ({ kind: 'kept' as const, port: each }));
    const listening = new Map([[port, port]]);
    const { routes, ports } = servicePorts(plans, {
      address,
      host: address,
      listening,
      free: new Map(),
    });
    const probe =
      service.healthcheck === undefined
        ? undefined
        : await this.#probe(server, service.healthcheck, port);
    const spec = unitSpecOf(service, {
      project: options.project.name,
      number,
      fingerprint,
      command: ['postgres', ...(service.command ?? []).filter((word) => word !== 'postgres')],
      process: outer,
      ports,
      stopSignal: 'SIGINT',
      ownsDirectory: server.folder,
      ...(probe !== undefined &&
        service.healthcheck !== undefined && {
          healthcheck: { ...scheduleOf(service.healthcheck), probe },
        }),
    });
    return { spec, routes, notes: [] };
  }

  async verify(signal: AbortSignal): Promise<readonly Finding[]> {
    const server = await this.#findServer(signal, () => {});
    const { settings } = await this.#usable();
    const { at, name } = this.#service;
    const place = {
      service: name,
      at,
      folder: server.folder,
      sockets: server.sockets,
      address: this.#address(),
      port: targetPortOf(this.#described),
    };
    return checkCredentials(place, settings, signal);
  }

  async inside({
    command = [],
    environment,
    signal,
    emit,
    workingDir,
  }: InsideRequest): Promise<OuterProcess> {
    const server = await this.#findServer(signal, emit);
    const port = targetPortOf(this.#described);
    const [program = 'sh', ...args] = command;
    return this.#launch(
      {
        argv: [program, ...args],
        cwd: workingDir ?? '/',
        environment: new Map([...clientEnvironment(server, port), ...environment]),
      },
      'beside',
    );
  }

  #address(): string {
    return addressesOfProject(this.#context.options).get(this.#service.name) ?? '127.0.0.1';
  }

  #findServer(signal: AbortSignal, emit: PrepareOptions['emit']): Promise<PostgresServer> {
    this.#server ??= this.#makeServer(signal, emit);
    return this.#server;
  }

  async #makeServer(signal: AbortSignal, emit: PrepareOptions['emit']): Promise<PostgresServer> {
    const { options, surrounder } = this.#context;
    const { place } = await this.#usable();
    const [{ binaries, launcher, tools, base }, { level }] = await Promise.all([
      findPostgresTools(this.#service, place.major, { options, signal, emit }),
      surrounder.level(signal),
    ]);
    return {
      service: this.#described,
      binaries,
      launcher,
      folder: place.folder,
      tools,
      sockets: join(options.directories.sockets, this.#service.name.slice(0, 24)),
      paths: level === 'mount' ? 'inside' : 'outside',
      base: new Map([
        ['PATH', base.path.join(':')],
        ['HOME', base.home],
        ['TMPDIR', base.temporary],
        ['HOSTNAME', base.hostname],
      ]),
    };
  }

  /** Preflight has refused what has neither. */
  async #usable(): Promise<Required<Pick<CheckedPostgres, 'settings' | 'place'>>> {
    this.#checked ??= checkPostgres(this.#described);
    const { settings, place, diagnostics } = await this.#checked;
    if (settings !== undefined && place !== undefined) return { settings, place };
    throw new RunError(
      diagnostics.map(({ message, help }) => ({
        code: 'postgres/cannot-start',
        service: this.#service.name,
        cause: message,
        ...(help !== undefined && { fix: [help] }),
      })),
    );
  }

  /** The data folder of a server that runs already must not get a second one. */
  async #clear({ folder }: PostgresServer): Promise<void> {
    const clearing = await clearForServer(folder);
    if (clearing.kind === 'clear') return;
    throw new RunError([
      {
        code: 'postgres/running-already',
        service: this.#service.name,
        cause: `another server, process ${clearing.pid}, has the data folder open`,
        proof: [folder],
        fix: [`Stop it: kill -INT ${clearing.pid}`],
      },
    ]);
  }

  async #probe(server: PostgresServer, check: Healthcheck, port: number) {
    const environment = clientEnvironment(server, port);
    const { settings } = await this.#usable();
    const known = wellKnownPostgresCheck(check.test, {
      environment,
      user: settings.user,
      database: settings.database,
      names: [this.#service.name, ...this.#service.aliases],
      sockets: server.sockets,
      address: this.#address(),
      targetPort: port,
      port,
    });
    if (known !== undefined) return known;
    const [kind, ...words] = check.test;
    const [program = 'true', ...args] = kind === 'CMD' ? words : ['/bin/sh', '-c', ...words];
    const outer = await this.#launch({ argv: [program, ...args], cwd: '/', environment }, 'check');
    return {
      kind: 'command',
      argv: outer.argv,
      cwd: outer.cwd,
      environment: outer.environment,
    } as const;
  }

  #launch(process: InnerProcess, what: string): Promise<OuterProcess> {
    const { options, surrounder, places } = this.#context;
    const surroundings = surroundingsOf(options.project, this.#service, {
      image: { paths: [] },
      places,
      addresses: addressesOfProject(options),
    });
    return surrounder.surround(
      process,
      surroundings,
      `${unitNameOf(this.#service.name, 1)}-${what}`,
    );
  }
}

function describe(
  service: Service,
  image: PostgresImage,
  { options, places }: ProviderContext,
): PostgresService {
  const { project, directories } = options;
  const { views } = surroundingsOf(project, service, {
    image: { paths: [] },
    places,
    addresses: new Map(),
  });
  return {
    name: service.name,
    at: service.at,
    image,
    environment: new Map([...service.environment].map(([name, { value }]) => [name, value])),
    ...(service.command !== undefined && { command: service.command }),
    views: views.map((view) => {
      const mount = service.mounts.find(({ target }) => target === view.target);
      return mount === undefined ? view : { ...view, at: mount.at };
    }),
    anonymous: join(
      directories.volumes,
      anonymousVolumeOf(project.name, service.name, '/var/lib/postgresql'),
    ),
  };
}
