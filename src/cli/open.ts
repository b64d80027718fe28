import { openSession, type Session, type SessionOptions } from '../actions/session.ts';
import type { EventBody } from '../model/event.ts';
import { secretsOf } from '../model/secrets.ts';
import { openJournal, redactor, systemClock } from '../actions/journal.ts';
import { eventPrinter } from '../report/render-event.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './load-options.ts';
import { eventStyleOf } from './event-style.ts';
import { showWarnings } from './show-warnings.ts';

/** Opens the project that the command line names and prints the warnings of loading it. */
export async function open(
  { project, io }: { readonly project: ProjectOptions; readonly io: Io },
  {
    quiet = false,
    enabled = [],
    ...others
  }: {
    readonly quiet?: boolean;
    /** Services that were named: switched on whatever their profiles are. */
    readonly enabled?: readonly string[];
    /** Copies of services, in place of what the file says. */
    readonly scale?: ReadonlyMap<string, number>;
  } & Pick<SessionOptions, 'forceConflicts' | 'registry' | 'load'> = {},
): Promise<Session> {
  const session = await openSession(
    { ...loadOptions(project, io), enabled, ...others },
    { signal: io.signal },
  );
  for (const secret of secretsOf(session.project)) io.secrets.add(secret);
  if (!quiet) await showWarnings(session, io);
  return session;
}

/** Events of one run: kept in the project's state, and shown as lines for people or, with `json`, as JSON. */
export function journalFor(
  session: Session,
  command: string,
  { io, json }: { readonly io: Io; readonly json: boolean },
): (body: EventBody) => void {
  const print = eventPrinter(eventStyleOf(io));
  const { emit } = openJournal({
    clock: systemClock,
    command,
    runs: session.directories.runs,
    redact: redactor(io.secrets),
    onEvent: (event) => {
      if (json) io.stdout.write(`${JSON.stringify(event)}\n`);
      else io.stderr.write(print(event) ?? '');
    },
  });
  emit({
    kind: 'run-started',
    command,
    project: session.project.name,
    engine: session.engine.name,
  });
  if (session.note !== undefined) emit({ kind: 'note', ...session.note });
  return emit;
}
