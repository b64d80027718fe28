import { openSession, type Session } from '../actions/session.ts';
import type { EventBody } from '../model/event.ts';
import { openJournal, redactor, secretsOf, systemClock } from '../actions/journal.ts';
import { eventPrinter } from '../report/render-event.ts';
import { renderDiagnostics } from '../report/render-diagnostic.ts';
import type { ProjectOptions } from './command.ts';
import { hintAtExplain } from './explain-hint.ts';
import type { Io } from './io.ts';

/** What loading takes from the command line and the process. */
export function loadOptions(project: ProjectOptions, io: Io): Parameters<typeof openSession>[0] {
  const { file, projectName, projectDirectory, profile, envFile, environment, isolation, engine } =
    project;
  return {
    files: file,
    profiles: profile,
    envFiles: envFile,
    ...(projectName !== undefined && { projectName }),
    ...(projectDirectory !== undefined && { projectDirectory }),
    ...(environment !== undefined && { environmentName: environment }),
    ...(isolation !== undefined && { isolation }),
    ...(engine !== undefined && { engine }),
    environment: io.environment,
    cwd: io.cwd,
    readStdin: io.readStdin,
    programs: io.programs,
    home: io.home,
    uid: io.uid,
    temporary: io.temporary,
  };
}

/** Opens the project that the command line names and prints the warnings of loading it. */
export async function open(
  { project, io }: { readonly project: ProjectOptions; readonly io: Io },
  {
    quiet = false,
    enabled = [],
  }: {
    readonly quiet?: boolean;
    /** Services that were named: switched on whatever their profiles are. */
    readonly enabled?: readonly string[];
  } = {},
): Promise<Session> {
  const session = await openSession(
    { ...loadOptions(project, io), enabled },
    { signal: io.signal },
  );
  if (!quiet) showWarnings(session, io);
  return session;
}

/** Prints what loading has to say about a project that it could load. */
export function showWarnings(
  { diagnostics, sources }: Pick<Session, 'diagnostics' | 'sources'>,
  io: Io,
): void {
  if (diagnostics.length === 0) return;
  const { stderr, cwd } = io;
  const style = { color: stderr.color, width: stderr.width ?? 120, cwd };
  stderr.write(renderDiagnostics(diagnostics, sources, style));
  hintAtExplain(diagnostics, io);
}

/** Events of one run: kept in the project's state, and shown as lines for people or, with `json`, as JSON. */
export function journalFor(
  session: Session,
  command: string,
  { io, json }: { readonly io: Io; readonly json: boolean },
): (body: EventBody) => void {
  const print = eventPrinter({ color: io.stderr.color, timestamps: !io.stderr.isTerminal });
  const { emit } = openJournal({
    clock: systemClock,
    command,
    runs: session.directories.runs,
    redact: redactor(secretsOf(session.project)),
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
