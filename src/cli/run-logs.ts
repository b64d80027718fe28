import { Interrupted } from '../actions/interrupted.ts';
import { servicesNamed } from '../actions/session.ts';
import type { EngineLimits } from '../model/engine-limits.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import { logPrinter } from '../report/log-prefix.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { openToLook } from './open-to-look.ts';
import { parseTime } from './parse-time.ts';

interface LogsInvocation {
  readonly options: {
    readonly follow: boolean;
    readonly tail: string | undefined;
    readonly since: string | undefined;
    readonly until: string | undefined;
    readonly timestamps: boolean;
    readonly noLogPrefix: boolean;
    readonly task: boolean;
    readonly previous: boolean;
    readonly json: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline logs`: of the services named, or of all, each replica in its own order. */
export async function runLogs({ options, operands, project, io }: LogsInvocation): Promise<number> {
  const tail = parseTail(options.tail);
  const sinceMs = timeOption('--since', options.since);
  const untilMs = timeOption('--until', options.until);
  await using session = await openToLook({ project, io }, { enabled: operands });
  if (options.previous) refusePrevious(session.engine.limits, options);
  const services = servicesNamed(session, operands);
  const { replicas, tasks = [] } = await session.engine.observe({ signal: io.signal });
  const named = options.task
    ? tasks.map(({ service }) => ({ service, name: `${service}-migrate` }))
    : replicas;
  const names = named
    .filter(({ service }) => services.length === 0 || services.includes(service))
    .map(({ name }) => name);
  const print = logPrinter(names, {
    color: io.stdout.color,
    prefix: !options.noLogPrefix,
    timestamps: options.timestamps,
    project: session.project.name,
  });
  const query = {
    services,
    follow: options.follow,
    tasks: options.task,
    previous: options.previous,
    ...(tail !== undefined && { tail }),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  };
  let isEmpty = true;
  try {
    for await (const line of session.engine.logs(query, { signal: io.signal })) {
      isEmpty = false;
      io.stdout.write(options.json ? `${JSON.stringify(line)}\n` : print(line));
    }
  } catch (error) {
    // Ctrl-C is how one leaves `logs -f`.
    if (error instanceof Interrupted || io.signal.aborted) return ExitCode.interrupted;
    throw error;
  }
  if (options.previous && isEmpty) io.stderr.write(NOTHING_BEFORE);
  return ExitCode.done;
}

const NOTHING_BEFORE =
  'No container of these pods was started again, or the one before wrote nothing.\n';

/** Where a log goes on after a start there is none before it; and what has ended writes no more. */
function refusePrevious(
  { keepsPreviousLogs = false }: EngineLimits,
  { follow }: Pick<LogsInvocation['options'], 'follow'>,
): void {
  if (!keepsPreviousLogs)
    throw wrongArgument(
      '--previous has no meaning here: a service goes on with its log when it is started again',
      'Without it, bowline logs shows all that it wrote; --since leaves out what is old.',
    );
  if (follow)
    throw wrongArgument(
      '--previous and --follow exclude each other',
      'What has ended writes no more: leave --follow out.',
    );
}

function parseTail(text: string | undefined): number | undefined {
  if (text === undefined || text === 'all') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw wrongArgument(`--tail cannot be "${text}"`, 'It takes a whole number of lines, or all.');
}

function timeOption(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text, Date.now());
  if (time !== undefined) return time;
  throw wrongArgument(
    `${option} cannot be "${text}"`,
    'It takes a time such as 2026-11-21T08:00:00Z, a Unix time in seconds, or a length of time such as 10m.',
  );
}

function wrongArgument(message: string, help: string): ComposeError {
  return new ComposeError([{ code: 'arguments/wrong-value', severity: 'error', message, help }], {
    sources: new Map(),
  });
}
