import { constants } from 'node:os';

import { runOnce } from '../actions/run-once.ts';
import { servicesNamed } from '../actions/session.ts';
import { RunError } from '../model/finding.ts';
import { exitCodeOf } from '../model/observed.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { journalFor, open } from './open.ts';
import { parseVariables } from './parse-variables.ts';

interface RunInvocation {
  readonly options: {
    readonly noDeps: boolean;
    readonly build: boolean;
    readonly env: readonly string[];
    readonly workdir: string | undefined;
    readonly entrypoint: string | undefined;
    readonly noTty: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline run`: brings up what the service depends on, then gives the command's own exit code. */
export async function runRun({ options, operands, project, io }: RunInvocation): Promise<number> {
  const [name = '', ...command] = operands;
  await using session = await open({ project, io }, { enabled: [name] });
  const [service] = servicesNamed(session, [name]);
  if (service === undefined) return 1;
  const emit = journalFor(session, 'run', { io, json: false });
  const { workdir: workingDir, entrypoint } = options;
  const result = await runOnce(
    session,
    {
      service,
      command,
      streams: io.streams(),
      ...(options.noTty && { tty: false }),
      environment: parseVariables(options.env, io.environment),
      dependencies: !options.noDeps,
      build: options.build,
      ...(workingDir !== undefined && { workingDir }),
      ...(entrypoint !== undefined && { entrypoint }),
    },
    { signal: io.hurry, emit },
  );
  if (result.kind === 'failed') throw new RunError(result.findings);
  return exitCodeOf(result.exit, constants.signals);
}
