import type { Project, Service } from '../../../model/project.ts';
import { knownServer } from './known-server.ts';
import { at, exists, type Place, textOf } from './place.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job';

/** What a service becomes: see docs/kubernetes.md for the rules in words. */
export function workloadKinds(project: Project, root: Place): ReadonlyMap<string, WorkloadKind> {
  const waits = waitsIn(project);
  const mountedBy = volumeUsers(project);
  return new Map(
    project.services.map((service): [string, WorkloadKind] => {
      const place = at(root, 'services', service.name);
      const mode = textOf(at(place, 'deploy', 'mode'));
      if (mode === 'global') return [service.name, 'DaemonSet'];
      if (mode === 'replicated-job' || mode === 'global-job' || isTask(service, place, waits))
        return [service.name, 'Job'];
      return [service.name, ownsVolume(service, mountedBy) ? 'StatefulSet' : 'Deployment'];
    }),
  );
}

interface Waits {
  /** Services that others want to see finished. */
  readonly finished: ReadonlySet<string>;
  /** Services that others want to see running. */
  readonly running: ReadonlySet<string>;
}

function waitsIn({ services }: Project): Waits {
  const all = services.flatMap(({ dependsOn }) => dependsOn);
  const named = (finished: boolean): ReadonlySet<string> =>
    new Set(
      all.flatMap(({ service, condition }) =>
        (condition === 'service_completed_successfully') === finished ? [service] : [],
      ),
    );
  return { finished: named(true), running: named(false) };
}

/** Somebody waits for its end, or it was said that it is not to be started again and nothing says that it serves. */
function isTask(service: Service, place: Place, { finished, running }: Waits): boolean {
  if (finished.has(service.name)) return true;
  const saysHow = exists(at(place, 'restart')) || exists(at(place, 'deploy', 'restart_policy'));
  const ends = service.restart.kind === 'no' || service.restart.kind === 'on-failure';
  const serves =
    service.ports.length + service.expose.length > 0 ||
    service.healthcheck !== undefined ||
    service.replicas > 1 ||
    running.has(service.name) ||
    knownServer(service.image) !== undefined;
  return saysHow && ends && !serves;
}

/** It alone writes to a volume, and it is a database or there is one copy of it. */
function ownsVolume(service: Service, users: ReadonlyMap<string, number>): boolean {
  const owns = service.mounts.some(
    (mount) =>
      mount.kind === 'volume' &&
      mount.source !== undefined &&
      !mount.readOnly &&
      users.get(mount.source) === 1,
  );
  return owns && (service.replicas <= 1 || knownServer(service.image)?.isDatabase === true);
}

function volumeUsers({ services }: Project): ReadonlyMap<string, number> {
  const users = new Map<string, number>();
  for (const { mounts } of services) {
    const volumes = mounts.flatMap((mount) =>
      mount.kind === 'volume' && mount.source !== undefined ? [mount.source] : [],
    );
    for (const volume of new Set(volumes)) users.set(volume, (users.get(volume) ?? 0) + 1);
  }
  return users;
}
