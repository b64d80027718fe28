import type { Project, Service } from '../../model/project.ts';
import { parseServiceName } from '../../model/project.ts';
import type { ObservedTask, TaskState } from '../../model/observed.ts';
import type { ReleaseTask } from '../../model/release-task.ts';
import type { OuterProcess } from './isolation.ts';
import { unitSpecOf } from './start-spec.ts';
import type { UnitRecord, UnitSpec } from './unit.ts';

/** The name of a service's release task among the daemon's units. No copy of a service is called so: those end in a number. */
export function taskNameOf(service: string): string {
  return `${service}-migrate`;
}

/** The unit in which a release task runs: like a copy of the service, but without ports, health and restarts. */
export function taskUnitOf(
  service: Service,
  task: ReleaseTask,
  {
    project,
    fingerprint,
    process,
  }: {
    readonly project: Project;
    readonly fingerprint: string;
    readonly process: OuterProcess;
  },
): UnitSpec {
  const { service: name, ...spec } = unitSpecOf(
    { ...service, restart: { kind: 'no' } },
    { project: project.name, number: 1, fingerprint, command: task.command, process, ports: [] },
  );
  return { ...spec, name: taskNameOf(service.name), ...(name !== undefined && { taskOf: name }) };
}

/** The release tasks among the daemon's units. */
export function tasksOf(units: readonly UnitRecord[]): readonly ObservedTask[] {
  return units.flatMap(({ taskOf, fingerprint, state }): readonly ObservedTask[] => {
    const service = parseServiceName(taskOf ?? '');
    if (service === undefined) return [];
    return [{ service, fingerprint, state: taskStateOf(state) }];
  });
}

function taskStateOf(state: UnitRecord['state']): TaskState {
  switch (state.kind) {
    case 'exited':
      return { kind: 'finished', exit: state.exit, finishedAtMs: state.finishedAtMs };
    case 'running':
      return { kind: 'running', startedAtMs: state.startedAtMs };
    case 'created':
    case 'restarting':
      // About to be started.
      return { kind: 'running', startedAtMs: 0 };
  }
}
