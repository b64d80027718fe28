import type { Observed, ObservedReplica } from '../../model/observed.ts';
import { parseServiceName, type Project } from '../../model/project.ts';
import { replicaNameOf } from './start-spec.ts';
import { tasksOf } from './task-unit.ts';
import type { UnitRecord } from './unit.ts';

/** The daemon's units as replicas of services; what is bowline's own is left out. */
export function replicasOf(
  project: Project,
  units: readonly UnitRecord[],
): readonly ObservedReplica[] {
  return units.flatMap((unit) => {
    const service = parseServiceName(unit.service ?? '');
    if (service === undefined) return [];
    const known = project.services.find(({ name }) => name === service);
    const { number, fingerprint, origin, image, command, createdAtMs, ports, state } = unit;
    return [
      {
        name: replicaNameOf(project.name, known ?? { name: service }, number),
        service,
        number,
        fingerprint,
        ...(origin !== undefined && { origin }),
        ...(image !== undefined && { image }),
        command,
        createdAtMs,
        ports,
        state,
      },
    ];
  });
}

export function observedOf(
  project: Project,
  parts: {
    readonly units: readonly UnitRecord[];
    readonly volumes: readonly string[];
  },
): Observed {
  return {
    replicas: replicasOf(project, parts.units).toSorted(inFileOrder(project)),
    volumes: parts.volumes,
    tasks: tasksOf(parts.units),
  };
}

function inFileOrder({ services }: Project): (a: ObservedReplica, b: ObservedReplica) => number {
  const place = (replica: ObservedReplica): number => {
    const index = services.findIndex(({ name }) => name === replica.service);
    return index === -1 ? services.length : index;
  };
  return (a, b) => place(a) - place(b) || a.number - b.number;
}
