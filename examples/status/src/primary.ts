import cluster, { type Worker } from 'node:cluster';
import { constants } from 'node:os';
import type { ToPrimary, ToWorker } from './messages.ts';
import type { Settings } from './settings.ts';

/** Milliseconds for requests that run when the stop begins. Docker kills after ten seconds. */
const GRACE_MS = 8000;

/** Pings that a worker may leave unanswered, spread over the time-out. */
const MISSED_PINGS = 5;

/** Milliseconds before a worker that died at once is started again. */
const CRASH_DELAY_MS = 1000;

/** Milliseconds in which a repeated signal is an echo: npm passes on a Ctrl-C that we also get. */
const ECHO_MS = 100;

interface Charge {
  readonly worker: Worker;
  readonly startedAtMs: number;
  missedPings: number;
  listening: boolean;
  retired: boolean;
}

/** Keeps `settings.workers` workers alive until a signal, then lets them finish. */
export function runPrimary(settings: Settings): void {
  new Primary(settings).start();
}

class Primary {
  readonly #settings: Settings;
  readonly #charges = new Map<number, Charge>();
  #stop: { readonly atMs: number } | undefined;
  #announced = false;
  #exitCode = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  start(): void {
    cluster.on('exit', (worker, code, signal) => this.#exited(worker, signal ?? `code ${code}`));
    cluster.on('listening', (worker) => this.#listening(worker));
    cluster.on('message', (worker, message: ToPrimary) => this.#told(worker, message));
    process.on('SIGTERM', () => this.#stopFor('SIGTERM'));
    process.on('SIGINT', () => this.#stopFor('SIGINT'));
    for (let count = 0; count < this.#settings.workers; count += 1) this.#fork();
    setInterval(() => this.#pingAll(), this.#settings.workerTimeoutMs / MISSED_PINGS).unref();
  }

  #fork(): void {
    const worker = cluster.fork();
    const startedAtMs = performance.now();
    const charge = { worker, startedAtMs, missedPings: 0, listening: false, retired: false };
    this.#charges.set(worker.id, charge);
  }

  #listening({ id }: Worker): void {
    const charge = this.#charges.get(id);
    if (charge !== undefined) charge.listening = true;
    if (this.#announced) return;
    this.#announced = true;
    const { port, workers, release } = this.#settings;
    say(`release ${release} is listening on port ${port} (pid ${process.pid}, ${workers} workers)`);
  }

  #told({ id }: Worker, message: ToPrimary): void {
    const charge = this.#charges.get(id);
    if (charge === undefined) return;
    charge.missedPings = 0;
    if (message.kind === 'retire') this.#retire(charge);
    if (message.kind === 'cannot-listen') this.#giveUp(message.reason);
  }

  #exited({ id, process: { pid } }: Worker, how: string): void {
    const charge = this.#charges.get(id);
    this.#charges.delete(id);
    if (this.#stop !== undefined) {
      if (this.#charges.size === 0) process.exit(this.#exitCode);
      return;
    }
    if (charge === undefined || charge.retired) return;
    say(`worker ${pid ?? '?'} died (${how}), starting another`);
    const tooSoon = performance.now() - charge.startedAtMs < CRASH_DELAY_MS;
    setTimeout(() => this.#replaceDead(), tooSoon ? CRASH_DELAY_MS : 0);
  }

  #replaceDead(): void {
    if (this.#stop === undefined) this.#fork();
  }

  // Counts pings, not time: when this process itself was stopped, nobody is blamed for it.
  #pingAll(): void {
    for (const charge of this.#charges.values()) {
      if (charge.missedPings >= MISSED_PINGS) {
        const seconds = this.#settings.workerTimeoutMs / 1000;
        say(
          `worker ${charge.worker.process.pid ?? '?'} gave no answer for ${seconds} s, killing it`,
        );
        charge.worker.process.kill('SIGKILL');
      } else {
        charge.missedPings += 1;
        tell(charge.worker, { kind: 'ping' });
      }
    }
  }

  #retire(charge: Charge): void {
    if (this.#stop !== undefined || charge.retired) return;
    charge.retired = true;
    this.#fork();
    drain([charge]);
  }

  #stopFor(signal: 'SIGTERM' | 'SIGINT'): void {
    if (this.#stop !== undefined) {
      if (performance.now() - this.#stop.atMs > ECHO_MS) this.#end(128 + constants.signals[signal]);
      return;
    }
    this.#stop = { atMs: performance.now() };
    say(`${signal}: finishing the requests that run`);
    if (this.#charges.size === 0) process.exit(0);
    drain([...this.#charges.values()]);
    setTimeout(() => this.#killLate(), GRACE_MS).unref();
  }

  #killLate(): void {
    say(`${this.#charges.size} workers did not finish within ${GRACE_MS / 1000} s, killing them`);
    this.#exitCode = 1;
    for (const { worker } of this.#charges.values()) worker.process.kill('SIGKILL');
  }

  #giveUp(reason: string): void {
    if (this.#stop !== undefined) return;
    process.stderr.write(`status: cannot listen on port ${this.#settings.port}: ${reason}\n`);
    this.#end(1);
  }

  #end(code: number): never {
    for (const { worker } of this.#charges.values()) worker.process.kill('SIGKILL');
    process.exit(code);
  }
}

// disconnect() takes the worker off the port, closes the port with the last one, and lets the worker
// leave when its last connection is gone. First the door, then the word: the other way round, every
// client that is sent away with `Connection: close` would be back at the door while it closes.
// A worker that never listened has nothing to finish.
function drain(charges: readonly Charge[]): void {
  const canFinish = ({ worker, listening }: Charge): boolean => listening && worker.isConnected();
  const ready = charges.filter(canFinish);
  for (const { worker } of charges.filter((charge) => !ready.includes(charge))) {
    worker.process.kill('SIGKILL');
  }
  for (const { worker } of ready) worker.disconnect();
  for (const { worker } of ready) tell(worker, { kind: 'drain' });
}

function tell(worker: Worker, message: ToWorker): void {
  // A worker that has just died has no channel any more; its 'exit' event tells us.
  if (worker.isConnected()) worker.send(message, () => undefined);
}

function say(line: string): void {
  process.stdout.write(`status: ${line}\n`);
}
