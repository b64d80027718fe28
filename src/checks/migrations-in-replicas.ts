import type { Diagnostic } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import { migrationMentioned } from '../release-tasks/migration-command.ts';
import { recogniseReleaseTask } from '../release-tasks/recognise.ts';
import { originOf } from './names.ts';

/** Copies of a service start at the same time: each would migrate the same database. */
export function checkMigrationsInReplicas(project: Project): readonly Diagnostic[] {
  return project.services.flatMap((service): readonly Diagnostic[] => {
    const found = migrationIn(service);
    if (service.replicas < 2 || found === undefined || runsOnce(service)) return [];
    const { name, at, replicas } = service;
    const count =
      originOf(project, 'services', name, 'deploy', 'replicas') ??
      originOf(project, 'services', name, 'scale');
    return [
      {
        code: 'compose/migration-per-replica',
        severity: 'warning',
        message: `each of the ${replicas} copies of ${name} runs "${found.text}" when it starts`,
        help: `Name it under x-bowline: { migrate: { command: … } } and take it out of the ${found.key}, or move it into a service of its own, for which ${name} waits with condition: service_completed_successfully.`,
        at: originOf(project, 'services', name, found.key) ?? at,
        ...(count !== undefined && { related: [{ message: 'the copies are here', at: count }] }),
      },
    ];
  });
}

interface Found {
  readonly key: 'command' | 'entrypoint';
  readonly text: string;
}

function migrationIn({ command, entrypoint }: Service): Found | undefined {
  for (const [key, words] of [
    ['command', command],
    ['entrypoint', entrypoint],
  ] as const) {
    const lines = [...(words ?? []).filter((word) => /\s/.test(word)), (words ?? []).join(' ')];
    const text = lines.map(migrationMentioned).find((each) => each !== undefined);
    if (text !== undefined) return { key, text };
  }
  return undefined;
}

/** It was split off the command, and so runs before all copies. */
function runsOnce(service: Service): boolean {
  const { releaseTask } = recogniseReleaseTask(service).service;
  return releaseTask?.serve !== undefined;
}
