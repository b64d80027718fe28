import { isAlive, type ProcessIdentity, signalProcess } from '../../../host/process-identity.ts';
import { type HeldNamespace, holdMountNamespace } from '../../../host/mount-namespace.ts';
import { commandOf, type ProcessScanner } from '../../../host/process-scanner.ts';
import { membersOf, type TreeMember } from '../../../host/process-tree.ts';

/** A process that did not end when it was asked to. */
export interface Straggler {
  readonly pid: number;
  readonly command: string;
  /** Not even SIGKILL has ended it: it waits for a device, or is another user's. */
  readonly alive?: true;
}

export interface UnitTreeOptions {
  readonly scanner: ProcessScanner;
  readonly marker: string;
  readonly recorder: ProcessIdentity;
  readonly main?: ProcessIdentity;
  /** False: the recorder was found dead, so that its number may belong to another session by now. */
  readonly ownsSession: boolean;
  /** See `UnitSpec`. */
  readonly ownsDirectory?: string;
}

/** Milliseconds for what has left the unit's process group to heed SIGTERM. */
const detachedGraceMs = 1000;
/** Milliseconds for the kernel to carry out SIGKILL. */
const killedMs = 500;
const rounds = 3;

/** All processes of one start of a unit, found again wherever they went. */
export class UnitTree {
  readonly #options: UnitTreeOptions;
  /** Seen once: stays a member when its parent is gone and its environment overwritten. */
  readonly #known = new Map<string, TreeMember>();
  readonly #stragglers = new Map<number, Straggler>();
  #mountNamespace: HeldNamespace | undefined;

  constructor(options: UnitTreeOptions) {
    this.#options = options;
    this.lookAtMain();
  }

  get main(): ProcessIdentity | undefined {
    return this.#options.main;
  }

  get stragglers(): readonly Straggler[] {
    return [...this.#stragglers.values()];
  }

  /**
   * Remembers the mount namespace of the main process, once that has one of its own, and keeps it: the number of one that
   * is gone is given to the next, which is another unit's.
   */
  lookAtMain(): void {
    if (this.#options.main === undefined || this.#mountNamespace !== undefined) return;
    this.#mountNamespace = holdMountNamespace(this.#options.main.pid);
  }

  /** Nothing is asked any more. */
  close(): void {
    this.#mountNamespace?.release();
  }

  /** The living members but the recorder, which ends by itself when the main process has. */
  async members(): Promise<readonly TreeMember[]> {
    const { scanner, marker, recorder, main, ownsSession, ownsDirectory } = this.#options;
    const snapshot = await scanner.scan();
    this.lookAtMain();
    const mountNamespace = this.#mountNamespace?.name;
    const members = membersOf(snapshot, {
      roots: [recorder, ...(main === undefined ? [] : [main]), ...this.#known.values()],
      marker,
      ...(ownsSession ? { session: recorder } : {}),
      ...(ownsDirectory === undefined ? {} : { directory: ownsDirectory }),
      ...(mountNamespace === undefined ? {} : { mountNamespace }),
    }).filter(({ pid }) => pid !== recorder.pid);
    for (const member of members) this.#known.set(`${member.pid}/${member.start}`, member);
    return members;
  }

  /** Asks the main process, and only that one, to end. */
  async signalMain(signal: NodeJS.Signals): Promise<void> {
    const main = this.main ?? (await this.members())[0];
    if (main !== undefined) await signalProcess(main, signal);
  }

  /**
   * Ends what the main process has left behind: SIGTERM, then SIGKILL. What stayed in the unit's process group is what
   * a shell that did not `exec` was waiting for; it has until `graceEndsMs`, on the clock of `performance.now()`, the
   * rest has a second.
   */
  async sweep(graceEndsMs: number, hurry: AbortSignal): Promise<void> {
    const left = await this.members();
    if (left.length === 0) return;
    await Promise.all(left.map((each) => signalProcess(each, 'SIGTERM')));
    const detachedEndsMs = performance.now() + detachedGraceMs;
    const { recorder } = this.#options;
    const inGroup = left.filter(({ group }) => group === recorder.pid);
    const detached = left.filter(({ group }) => group !== recorder.pid);
    await Promise.all([
      this.#endBy(inGroup, { endsMs: Math.max(graceEndsMs, detachedEndsMs), hurry }),
      this.#endBy(detached, { endsMs: detachedEndsMs, hurry }),
    ]);
    await this.kill();
  }

  /** Kills every member, and looks again until there is none. */
  async kill(): Promise<void> {
    for (let round = 1; round <= rounds; round += 1) {
      const left = await this.members();
      if (left.length === 0) return;
      await this.#killAll(left);
      await gone(left, { endsMs: performance.now() + killedMs });
    }
    for (const { pid } of await this.members()) {
      this.#stragglers.set(pid, { pid, command: commandOf(pid), alive: true });
    }
    await signalProcess(this.#options.recorder, 'SIGKILL');
  }

  async #endBy(members: readonly TreeMember[], limits: GoneLimits): Promise<void> {
    await this.#killAll(await gone(members, limits));
  }

  async #killAll(members: readonly TreeMember[]): Promise<void> {
    for (const member of members) {
      const command = commandOf(member.pid);
      if (await signalProcess(member, 'SIGKILL')) {
        this.#stragglers.set(member.pid, { pid: member.pid, command });
      }
    }
  }
}

interface GoneLimits {
  readonly endsMs: number;
  readonly hurry?: AbortSignal;
}

/** Waits until all are gone, and gives those that are not. */
async function gone(
  members: readonly TreeMember[],
  { endsMs, hurry }: GoneLimits,
): Promise<readonly TreeMember[]> {
  let left = members;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const alive = await Promise.all(left.map(isAlive));
    left = left.filter((_, at) => alive[at]);
    const leftMs = endsMs - performance.now();
    if (left.length === 0 || leftMs <= 0 || hurry?.aborted === true) return left;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, leftMs)));
  }
}
