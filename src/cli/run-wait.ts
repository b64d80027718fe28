import { Interrupted } from '../actions/interrupted.ts';
import { servicesNamed } from '../actions/session.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { ProjectOptions } from './command.ts';
import { exitCodeOfState } from './exit-code-of-state.ts';
import type { Io } from './io.ts';
import { open } from './open.ts';

/** `bowline wait SERVICE…`: prints the exit code of each copy as it ends. */
export async function runWait({
  operands,
  project,
  io,
}: {
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}): Promise<number> {
  await using session = await open({ project, io }, { quiet: true, enabled: operands });
  const services = servicesNamed(session, operands);
  const { replicas } = await session.engine.observe({ signal: io.signal });
  const left = new Set(
    replicas.filter(({ service }) => services.includes(service)).map(({ name }) => name),
  );
  let exitCode: number = ExitCode.done;
  if (left.size === 0) return exitCode;
  try {
    for await (const { name, state } of session.engine.watch({ signal: io.signal })) {
      if (state.kind !== 'exited' || !left.delete(name)) continue;
      const code = exitCodeOfState(state);
      io.stdout.write(`${name} exited with code ${code}\n`);
      if (exitCode === ExitCode.done) exitCode = code;
      if (left.size === 0) break;
    }
  } catch (error) {
    if (error instanceof Interrupted || io.signal.aborted) return ExitCode.interrupted;
    throw error;
  }
  return exitCode;
}
