import type { LogLine } from '../model/log-line.ts';
import type { ReplicaState } from '../model/observed.ts';
import type { ServiceName } from '../model/project.ts';
import type { Session } from './session.ts';

export interface AttachOptions {
  readonly services: readonly ServiceName[];
  /** Unix time in milliseconds: earlier lines are not shown. */
  readonly sinceMs: number;
  readonly onLine: (line: LogLine) => void;
  readonly onState: (name: string, state: ReplicaState) => void;
  /** Ends the attachment; what was written until then is still shown. */
  readonly signal: AbortSignal;
}

/** Shows what services write and how they change, until none of them runs any more or `signal` is aborted. */
export async function attach(session: Session, options: AttachOptions): Promise<void> {
  const { engine } = session;
  const over = new AbortController();
  const logs = followLogs(session, options, over.signal);
  const states = new Map<string, ReplicaState>();
  const until = AbortSignal.any([options.signal, over.signal]);
  try {
    for await (const { name, service, state } of engine.watch({ signal: until })) {
      if (!options.services.some((each) => each === service)) continue;
      states.set(name, state);
      options.onState(name, state);
      if ([...states.values()].every(({ kind }) => kind === 'exited')) break;
    }
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    over.abort();
    await logs;
  }
}

/** Follows until told to end, then reads what came in the meantime. */
async function followLogs(
  { engine }: Session,
  { services, sinceMs, onLine }: AttachOptions,
  over: AbortSignal,
): Promise<void> {
  const seen = new Map<string, number>();
  const query = { services, sinceMs };
  const show = (line: LogLine): void => {
    seen.set(line.replica, (seen.get(line.replica) ?? 0) + 1);
    onLine(line);
  };
  try {
    for await (const line of engine.logs({ ...query, follow: true }, { signal: over })) show(line);
  } catch (error) {
    if (!over.aborted) throw error;
  }
  const again = new Map<string, number>();
  const { signal } = new AbortController();
  for await (const line of engine.logs({ ...query, follow: false }, { signal })) {
    const count = (again.get(line.replica) ?? 0) + 1;
    again.set(line.replica, count);
    if (count > (seen.get(line.replica) ?? 0)) onLine(line);
  }
}
