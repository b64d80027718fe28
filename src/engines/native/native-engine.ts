import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type {
  Cancellable,
  Emitting,
  Engine,
  ExecRequest,
  LogQuery,
  Preflight,
  RunRequest,
} from '../../engine/engine.ts';
import type { Lease } from '../../engine/lease.ts';
import type { EngineLimits } from '../../model/engine-limits.ts';
import { listeningSockets } from '../../host/listening-sockets.ts';
import { RunError } from '../../model/finding.ts';
import type { ListeningSocket } from '../../model/listening-socket.ts';
import type { LogLine } from '../../model/log-line.ts';
import type { ObservedVolume } from '../../model/observed-volume.ts';
import type { Comparison, ExitStatus, Observed } from '../../model/observed.ts';
import type { ServiceName } from '../../model/project.ts';
import { serviceNamed } from '../../model/service-named.ts';
import type { Step } from '../../model/step.ts';
import { fileLease } from './file-lease.ts';
import { explainFailure } from './explain-failure.ts';
import { GateKeeper } from './gate-keeper.ts';
import { type Link, openLink } from './link.ts';
import { mergeLogs } from './merge-logs.ts';
import { observedOf, replicasOf } from './observe.ts';
import { observeVolumes } from './observe-volumes.ts';
import type { NativeOptions } from './options.ts';
import { preflight } from './preflight.ts';
import { runBeside, runOneOff } from './run-beside.ts';
import { runReleaseTask } from './run-release-task.ts';
import { ServiceStarter } from './service-starter.ts';
import { unitNameOf } from './start-spec.ts';
import { taskNameOf, tasksOf } from './task-unit.ts';
import type { UnitRecord } from './unit.ts';
import { unitTools } from './unit-tools.ts';
import { volumesOf } from './volumes.ts';
import { waitFor } from './wait-for.ts';

/** Opens the native engine for one project. Starts nothing. */
export function openNativeEngine(options: NativeOptions): Engine {
  return new NativeEngine(options);
}

/** Services as supervised processes of this machine. */
class NativeEngine implements Engine {
  readonly name = 'native';
  readonly limits: EngineLimits;
  readonly lease: Lease;
  readonly containers: ReturnType<typeof unitTools>;
  readonly #options: NativeOptions;
  readonly #link: Link;
  readonly #gate: GateKeeper;
  readonly #starter: ServiceStarter;

  constructor(options: NativeOptions) {
    this.#options = options;
    this.limits = limitsOf(options);
    this.lease = fileLease(options.directories.state);
    this.#link = openLink(options, (unit) => this.#gate.listeningPortOf(unit));
    this.#gate = new GateKeeper(options, this.#link);
    this.#starter = new ServiceStarter(options, { link: this.#link, gate: this.#gate });
    const { project } = options;
    const units = (signal: AbortSignal): Promise<readonly UnitRecord[]> => this.#link.units(signal);
    this.containers = unitTools({ project, units, starter: this.#starter });
  }

  async preflight({
    services,
    signal,
  }: Cancellable & { readonly services: readonly ServiceName[] }): Promise<Preflight> {
    const asked = services.map((name) => serviceNamed(this.#options.project, name));
    // What is free now may be ours already: a unit that is about to be replaced.
    const units = await this.#link.units(signal);
    return preflight(asked, { options: this.#options, starter: this.#starter, units, signal });
  }

  async observe({ signal }: Cancellable): Promise<Observed> {
    const { project } = this.#options;
    const [units, volumes] = await Promise.all([
      this.#link.units(signal),
      volumesOf(this.#options),
    ]);
    return observedOf(project, { units, volumes });
  }

  async compare(options: Cancellable): Promise<Comparison> {
    const [observed, artifacts] = await Promise.all([
      this.observe(options),
      this.#starter.artifacts(options.signal),
    ]);
    return { ...observed, artifacts };
  }

  async volumes(
    options: Cancellable & { readonly count: boolean },
  ): Promise<readonly ObservedVolume[]> {
    return observeVolumes(this.#options, options);
  }

  async execute(
    step: Step,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const { signal } = options;
    switch (step.kind) {
      // It observes none, so none is ever planned.
      case 'create-network':
      case 'remove-network':
      case 'prune':
        return { changed: false };
      case 'create-volume':
        return { changed: await this.#starter.makeVolume(step.volume) };
      case 'prepare':
        return this.#starter.prepare(serviceNamed(this.#options.project, step.service), {
          ...options,
          force: step.force,
        });
      case 'start':
        return this.#starter.start(serviceNamed(this.#options.project, step.service), {
          ...options,
          ...step,
        });
      case 'release-task':
        return this.#releaseTask(step, options);
      case 'end-task':
        return this.#endTask(step, signal);
      case 'await':
        return this.#await(step, options);
      case 'stop':
        return this.#stop(step.service, step.number, signal);
      case 'remove':
        return this.#remove(step.service, step.number, signal);
      case 'remove-volume':
        await rm(join(this.#options.directories.volumes, step.volume), {
          recursive: true,
          force: true,
        });
        return { changed: true };
    }
  }

  async #releaseTask(
    step: Extract<Step, { readonly kind: 'release-task' }>,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    const service = serviceNamed(this.#options.project, step.service);
    const { releaseTask: task } = service;
    if (task === undefined) return { changed: false };
    const [link, starter] = [this.#link, this.#starter];
    return runReleaseTask({
      ...options,
      options: this.#options,
      step,
      service,
      task,
      link,
      starter,
    });
  }

  async #endTask(
    { service, forget }: Extract<Step, { readonly kind: 'end-task' }>,
    signal: AbortSignal,
  ): Promise<{ readonly changed: boolean }> {
    const daemon = await this.#link.daemon();
    await daemon.stop(taskNameOf(service), { signal });
    if (forget) await daemon.remove(taskNameOf(service), { signal });
    return { changed: true };
  }

  async #await(
    { service, condition }: Extract<Step, { readonly kind: 'await' }>,
    options: Cancellable & Emitting,
  ): Promise<{ readonly changed: boolean }> {
    await this.#link.followed();
    const changed = await waitFor({
      ...options,
      condition,
      service: serviceNamed(this.#options.project, service),
      units: this.#link.table,
      explain: (unit, findings) => explainFailure(unit, findings, this.#options),
    });
    const findings = await this.#starter.verify(
      serviceNamed(this.#options.project, service),
      options.signal,
    );
    if (findings.length > 0) throw new RunError(findings);
    return { changed };
  }

  async #stop(
    service: ServiceName,
    number: number,
    signal: AbortSignal,
  ): Promise<{ readonly changed: boolean }> {
    const daemon = await this.#link.daemon();
    await daemon.stop(unitNameOf(service, number), { signal });
    await this.#gate.release(service, { number, signal });
    return { changed: true };
  }

  async #remove(
    service: ServiceName,
    number: number,
    signal: AbortSignal,
  ): Promise<{ readonly changed: boolean }> {
    const daemon = await this.#link.daemon();
    await daemon.remove(unitNameOf(service, number), { signal });
    await this.#starter.forget(service);
    return { changed: true };
  }

  async *logs(query: LogQuery, { signal }: Cancellable): AsyncIterable<LogLine> {
    const { project, directories } = this.#options;
    const units = await this.#link.units(signal);
    const isAsked = (service: string): boolean =>
      query.services.length === 0 || query.services.some((each) => each === service);
    if (query.tasks === true) {
      const sources = tasksOf(units).map(({ service }) => ({
        folder: join(directories.units, taskNameOf(service)),
        replica: taskNameOf(service),
        service,
      }));
      yield* mergeLogs(
        sources.filter(({ service }) => isAsked(service)),
        { ...query, signal },
      );
      return;
    }
    const replicas = replicasOf(project, units).filter(({ service }) => isAsked(service));
    yield* mergeLogs(
      replicas.map(({ name, service, number }) => ({
        folder: join(directories.units, unitNameOf(service, number)),
        replica: name,
        service,
      })),
      { ...query, signal },
    );
  }

  async exec(request: ExecRequest, { signal }: Cancellable): Promise<ExitStatus> {
    const service = serviceNamed(this.#options.project, request.service);
    const units = await this.#link.units(signal);
    return runBeside(request, { service, units, starter: this.#starter, signal });
  }

  async runOnce(request: RunRequest, options: Cancellable & Emitting): Promise<ExitStatus> {
    return runOneOff(request, { ...options, starter: this.#starter });
  }

  async listening(
    service: ServiceName,
    { signal }: Cancellable,
  ): Promise<readonly ListeningSocket[] | undefined> {
    const units = await this.#link.units(signal);
    const unit = units.find((each) => each.service === service && each.state.kind === 'running');
    if (unit?.state.kind !== 'running') return undefined;
    const sockets = await listeningSockets(unit.state.pid);
    const targets = await this.#gate.targetsOf(unit);
    return sockets?.map(({ address, port }) => ({ address, port: targets.get(port) ?? port }));
  }

  async kill({ signal }: Cancellable): Promise<void> {
    const daemon = await this.#link.daemon();
    const units = await daemon.units({ signal });
    await Promise.all(units.map(({ name }) => daemon.stop(name, { graceMs: 0, signal })));
  }

  async *watch({ signal }: Cancellable): ReturnType<Engine['watch']> {
    await this.#link.followed();
    const { project } = this.#options;
    for await (const unit of this.#link.table.changes(signal)) {
      const [replica] = replicasOf(project, [unit]);
      if (replica === undefined) continue;
      yield { kind: 'replica', name: replica.name, service: replica.service, state: replica.state };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
  }
}

/** Until copies of a service take turns behind the gate, each has one at a time. */
function limitsOf({ project }: NativeOptions): EngineLimits {
  return {
    services: new Map(
      project.services.map(({ name, ports }) => [
        name,
        ports.length === 0
          ? { canOverlap: true, maxReplicas: Infinity }
          : {
              canOverlap: false,
              maxReplicas: 1,
              reason: 'the gate passes a published port to one copy',
            },
      ]),
    ),
  };
}
