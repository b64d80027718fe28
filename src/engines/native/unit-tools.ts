import type { ContainerTools, CopyRequest, ProcessTable } from '../../engine/container-tools.ts';
import { notCopied } from '../../diagnose/not-copied.ts';
import { copyInside, type RunInside } from '../../host/copy-archive.ts';
import { processesBeside } from '../../host/process-details.ts';
import { runPiped } from '../../host/run-piped.ts';
import { RunError } from '../../model/finding.ts';
import type { Project } from '../../model/project.ts';
import { serviceNamed } from '../../model/service-named.ts';
import type { ServiceStarter } from './service-starter.ts';
import type { UnitRecord } from './unit.ts';

interface Surroundings {
  readonly project: Project;
  readonly units: (signal: AbortSignal) => Promise<readonly UnitRecord[]>;
  readonly starter: ServiceStarter;
}

/** What can be done with processes of this machine as with containers. */
export function unitTools(surroundings: Surroundings): Pick<ContainerTools, 'copy' | 'top'> {
  return {
    copy: (request, { signal }) => copy(surroundings, request, signal),
    top: async (services, { signal }) => {
      const units = (await surroundings.units(signal)).filter(
        ({ service }) =>
          service !== undefined &&
          (services.length === 0 || services.some((each) => each === service)),
      );
      const tables = await Promise.all(units.map((unit) => tableOf(surroundings.project, unit)));
      return tables.flat();
    },
  };
}

const TITLES: readonly string[] = ['PID', 'PPID', 'USER', 'TIME', 'MEMORY', 'COMMAND'];
const MEBIBYTE = 2 ** 20;

async function tableOf(
  { name: project }: Project,
  { name, state }: UnitRecord,
): Promise<readonly ProcessTable[]> {
  if (state.kind !== 'running') return [];
  const processes = await processesBeside(state.pid);
  return [
    {
      container: `${project}-${name}`,
      titles: TITLES,
      processes: processes.map(({ pid, parent, user, cpuSeconds, memoryBytes, command }) => [
        String(pid),
        String(parent),
        user,
        `${cpuSeconds.toFixed(2)} s`,
        `${(memoryBytes / MEBIBYTE).toFixed(1)} MiB`,
        command,
      ]),
    },
  ];
}

/** Paths are those that the service knows: `tar` runs in its surroundings, beside a copy that runs or by itself. */
async function copy(
  { project, units, starter }: Surroundings,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<void> {
  const service = serviceNamed(project, request.service);
  const running = (await units(signal)).find(
    (unit) =>
      unit.service === request.service &&
      unit.state.kind === 'running' &&
      (request.number === undefined || unit.number === request.number),
  );
  const run: RunInside = async (command, streams) => {
    const outer = await starter.inside(service, {
      command,
      environment: new Map(),
      beside: running !== undefined,
      // No copy that runs has this number: what it needs on disk is its own.
      number: running?.number ?? process.pid,
      signal: streams.signal,
      emit: () => {},
    });
    const { cwd, environment } = outer;
    return runPiped(outer.argv, { cwd, environment, ...streams });
  };
  await copyInside(run, request, {
    signal,
    failure: (how) => new RunError([notCopied({ ...request, ...how })]),
  });
}
