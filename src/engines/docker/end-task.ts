import type { ServiceName } from '../../model/project.ts';
import type { DockerContext } from './context.ts';
import { removeContainer } from './start-container.ts';
import { isUnderWay, taskContainers } from './task-containers.ts';

export interface EndTaskOptions {
  readonly service: ServiceName;
  /** What is known of its runs goes, too. */
  readonly forget: boolean;
}

/** Ends a release task that runs, with the grace of its service. */
export async function endTask(
  context: DockerContext,
  { service, forget }: EndTaskOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const tasks = await taskContainers(context, signal, service);
  await Promise.all(
    tasks
      .filter(isUnderWay)
      .map(({ Id }) =>
        context.api.call({ method: 'POST', path: `/containers/${Id}/stop`, signal }),
      ),
  );
  if (forget)
    await Promise.all(
      tasks.map(({ Id }) => removeContainer(context, Id, { volumes: true, signal })),
    );
  return tasks.length > 0;
}
