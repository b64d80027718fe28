import { servicesNamed } from '../actions/session.ts';
import { ExitCode } from '../model/exit-code.ts';
import { renderVolumes, volumeHints } from '../report/volumes.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { openToLook } from './open-to-look.ts';

interface VolumesInvocation {
  readonly options: {
    readonly quiet: boolean;
    readonly format: 'table' | 'json' | undefined;
    readonly json: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline volumes`: of the project, or only those of the services that are named. */
export async function runVolumes({
  options,
  operands,
  project,
  io,
}: VolumesInvocation): Promise<number> {
  await using session = await openToLook({ project, io }, { enabled: operands });
  const services: readonly string[] = servicesNamed(session, operands);
  const found = await session.engine.volumes({ signal: io.signal, count: !options.quiet });
  const shown = found.filter(
    (volume) => services.length === 0 || volume.services.some((each) => services.includes(each)),
  );
  if (options.quiet) io.stdout.write(shown.map(({ name }) => `${name}\n`).join(''));
  else if (options.json || options.format === 'json') io.stdout.write(`${JSON.stringify(shown)}\n`);
  else {
    const { width } = io.stdout;
    io.stdout.write(renderVolumes(shown, width === undefined ? {} : { width }));
    for (const hint of volumeHints(shown)) io.stderr.write(`${hint}\n`);
    if (shown.length === 0) io.stderr.write(`${session.project.name} has no volumes\n`);
  }
  return ExitCode.done;
}
