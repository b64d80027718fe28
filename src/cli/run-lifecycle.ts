import { servicesNamed } from '../actions/session.ts';
import { restart, start, stop } from '../actions/stop.ts';
import type { ProjectOptions } from './command.ts';
import { finishAction } from './finish-action.ts';
import type { Io } from './io.ts';
import { type LeaseFlags, leaseWaitOf } from './lease-options.ts';
import { journalFor, open } from './open.ts';

interface LifecycleInvocation {
  readonly options: LeaseFlags & { readonly json: boolean };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

type LifecycleName = 'stop' | 'start' | 'restart';

const ACTIONS: Readonly<Record<LifecycleName, typeof stop>> = { stop, start, restart };

/** `stop`, `start` and `restart`: of the services named, or of all. */
export async function runLifecycle(
  name: LifecycleName,
  { options, operands, project, io }: LifecycleInvocation,
): Promise<number> {
  await using session = await open({ project, io }, { quiet: true, enabled: operands });
  const services = servicesNamed(session, operands);
  const emit = journalFor(session, name, { io, json: options.json });
  const outcome = await ACTIONS[name](session, services, {
    ...leaseWaitOf(options),
    signal: io.signal,
    emit,
  });
  const headline = `${name} of ${session.project.name} failed`;
  return finishAction({ session, outcome, io, json: options.json, headline });
}
