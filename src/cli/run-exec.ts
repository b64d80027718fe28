import { constants } from 'node:os';

import { servicesNamed } from '../actions/session.ts';
import { exitCodeOf } from '../model/observed.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { openToLook } from './open-to-look.ts';
import { parseVariables } from './parse-variables.ts';

interface ExecInvocation {
  readonly options: {
    readonly env: readonly string[];
    readonly workdir: string | undefined;
    readonly index: number | undefined;
    readonly noTty: boolean;
    readonly user: string | undefined;
    readonly privileged: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline exec`: gives the command's own exit code. */
export async function runExec({ options, operands, project, io }: ExecInvocation): Promise<number> {
  const [name = '', ...command] = operands;
  await using session = await openToLook({ project, io }, { enabled: [name] });
  const [service] = servicesNamed(session, [name]);
  if (service === undefined) return 1;
  const exit = await session.engine.exec(
    {
      service,
      command,
      streams: io.streams(),
      ...(options.noTty && { tty: false }),
      ...(options.user !== undefined && { user: options.user }),
      ...(options.privileged && { privileged: true }),
      environment: parseVariables(options.env, io.environment),
      ...(options.workdir !== undefined && { workingDir: options.workdir }),
      ...(options.index !== undefined && { number: options.index }),
    },
    { signal: io.hurry },
  );
  return exitCodeOf(exit, constants.signals);
}
