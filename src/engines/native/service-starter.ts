import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Preflight } from '../../engine/engine.ts';
import type { Artifact } from '../../model/observed.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import { leavesOf } from '../../model/leaves.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import type { GateKeeper } from './gate-keeper.ts';
import type { OuterProcess } from './isolation.ts';
import type { Link } from './link.ts';
import type { NativeOptions } from './options.ts';
import type { InsideRequest, PrepareOptions, Provider, UnitOptions } from './provider.ts';
import { providerOf } from './provider-of.ts';
import { makeServiceFiles, reasonOf } from './service-files.ts';
import { ownFolderOf } from './start-spec.ts';
import { createSurrounder, type Surrounder } from './surrounder.ts';

/** Starts services: finds for each what runs in place of its image, and hands the daemon the unit. */
export class ServiceStarter {
  readonly #options: NativeOptions;
  readonly #link: Link;
  readonly #gate: GateKeeper;
  readonly #surrounder: Surrounder;
  readonly #providers = new Map<string, Provider>();
  readonly #making = new Map<string, Promise<unknown>>();
  readonly #leavesOf: ReturnType<typeof leavesOf>;

  constructor(
    options: NativeOptions,
    { link, gate }: { readonly link: Link; readonly gate: GateKeeper },
  ) {
    this.#options = options;
    this.#link = link;
    this.#gate = gate;
    this.#surrounder = createSurrounder(options);
    this.#leavesOf = leavesOf(options.project);
  }

  check(service: Service, signal: AbortSignal): Promise<Preflight> {
    return this.#provider(service).check(signal);
  }

  /** How paths and names of containers work here. */
  isolation(signal: AbortSignal): ReturnType<Surrounder['level']> {
    return this.#surrounder.level(signal);
  }

  async artifacts(signal: AbortSignal): Promise<ReadonlyMap<ServiceName, Artifact>> {
    const found = await Promise.all(
      this.#options.project.services.map(async (service) => {
        const artifact = await this.#provider(service).artifact(signal);
        return artifact === undefined ? [] : ([[service.name, artifact]] as const);
      }),
    );
    return new Map(found.flat());
  }

  async makeVolume(name: string): Promise<boolean> {
    const folder = join(this.#options.directories.volumes, name);
    try {
      return (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined;
    } catch (cause) {
      throw new RunError(
        [
          {
            code: 'native/folder-not-made',
            cause: `the volume ${name} cannot be made at ${folder}: ${reasonOf(cause)}`,
            fix: [
              'Give this user the right to write there, or set XDG_DATA_HOME to another folder.',
            ],
          },
        ],
        { cause },
      );
    }
  }

  async prepare(service: Service, options: PrepareOptions): Promise<{ readonly changed: boolean }> {
    this.#wake(service, options.signal);
    const changed = await this.#provider(service).prepare(options);
    await makeServiceFiles(this.#options.project, service, this.#placesOf(service));
    return { changed };
  }

  async start(service: Service, options: UnitOptions): Promise<{ readonly changed: boolean }> {
    const { signal, emit } = options;
    this.#wake(service, signal);
    await makeServiceFiles(this.#options.project, service, this.#placesOf(service));
    const { spec, routes, notes } = await this.#provider(service).unit(options);
    for (const text of notes) emit({ kind: 'note', level: 'info', service: service.name, text });
    if (options.number === 1) await this.#gate.claim(service, routes, signal);
    const daemon = await this.#link.daemon();
    const origin = this.#leavesOf(service.name);
    const { changed, unit } = await daemon.put({ ...spec, origin }, { signal });
    this.#link.table.set(unit);
    return { changed };
  }

  /** What a stopped copy has left that nobody needs any more; its volumes stay. */
  async forget(service: ServiceName): Promise<void> {
    const folder = ownFolderOf(this.#options.directories.state, service);
    await rm(folder, { recursive: true, force: true });
  }

  /** What turns out to be wrong only when the service runs. */
  async verify(service: Service, signal: AbortSignal): Promise<readonly Finding[]> {
    return (await this.#provider(service).verify?.(signal)) ?? [];
  }

  inside(service: Service, request: InsideRequest): Promise<OuterProcess> {
    return this.#provider(service).inside(request);
  }

  /** Daemon and gate take a moment to start: they do so while files are made. */
  #wake(service: Service, signal: AbortSignal): void {
    this.#link.followed().catch(() => {});
    if (service.ports.length > 0) this.#gate.start(signal).catch(() => {});
  }

  #placesOf(service: Service) {
    const { directories } = this.#options;
    return {
      volumes: directories.volumes,
      own: ownFolderOf(directories.state, service.name),
      service: service.name,
    };
  }

  #provider(service: Service): Provider {
    const known = this.#providers.get(service.name);
    if (known !== undefined) return known;
    const provider = providerOf(service, {
      options: this.#options,
      surrounder: this.#surrounder,
      places: this.#placesOf(service),
      making: this.#making,
    });
    this.#providers.set(service.name, provider);
    return provider;
  }
}
