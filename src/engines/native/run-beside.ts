import type { ExecRequest, RunRequest } from '../../engine/engine.ts';
import type { Emitting } from '../../engine/engine.ts';
import { runAttached } from '../../host/run-attached.ts';
import { RunError } from '../../model/finding.ts';
import type { ExitStatus } from '../../model/observed.ts';
import type { Service } from '../../model/project.ts';
import type { ServiceStarter } from './service-starter.ts';
import type { UnitRecord } from './unit.ts';

/**
 * Runs a command beside a copy of a service that runs, seeing what it sees.
 *
 * @throws {RunError} when no copy runs.
 */
export async function runBeside(
  { command, environment, workingDir, number, service: name }: ExecRequest,
  {
    service,
    units,
    starter,
    signal,
  }: {
    readonly service: Service;
    readonly units: readonly UnitRecord[];
    readonly starter: ServiceStarter;
    readonly signal: AbortSignal;
  },
): Promise<ExitStatus> {
  const running = units
    .filter((unit) => unit.service === name && unit.state.kind === 'running')
    .toSorted((a, b) => a.number - b.number);
  const unit = number === undefined ? running[0] : running.find((each) => each.number === number);
  if (unit === undefined) {
    const which = number === undefined ? name : `${name}, copy ${number},`;
    throw new RunError([
      {
        code: 'native/not-running',
        service: name,
        cause: `service ${which} is not running`,
        fix: [`bowline up -d ${name} starts it; bowline run ${name} … runs a command without it.`],
      },
    ]);
  }
  const outer = await starter.inside(service, {
    command,
    environment,
    beside: true,
    number: unit.number,
    ...(workingDir !== undefined && { workingDir }),
    signal,
    emit: () => {},
  });
  return runAttached(outer.argv, { cwd: outer.cwd, environment: outer.environment, signal });
}

/** Runs a copy of a service once, attached to the terminal, without its ports. */
export async function runOneOff(
  { service, command, environment, workingDir }: RunRequest,
  {
    starter,
    signal,
    emit,
  }: Emitting & { readonly starter: ServiceStarter; readonly signal: AbortSignal },
): Promise<ExitStatus> {
  const outer = await starter.inside(service, {
    environment,
    beside: false,
    // No copy that runs has this number: what it needs on disk is its own.
    number: process.pid,
    ...(command !== undefined && { command }),
    ...(workingDir !== undefined && { workingDir }),
    signal,
    emit,
  });
  return runAttached(outer.argv, { cwd: outer.cwd, environment: outer.environment, signal });
}
