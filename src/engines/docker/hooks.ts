import type { EventBody } from '../../model/event.ts';
import { RunError } from '../../model/finding.ts';
import type { Service } from '../../model/project.ts';
import { canonicalService } from './canonical-service.ts';
import type { DockerContext } from './context.ts';
import { execInside } from './exec-inside.ts';
import { listOf, sectionOf, textMapOf, textOf, textsOf } from './json.ts';

export interface HookOptions {
  readonly id: string;
  readonly service: Service;
  readonly kind: 'post_start' | 'pre_stop';
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/**
 * Runs the commands that the file wants run in the container at that moment, one after the other.
 *
 * @throws {RunError} when one that follows the start fails. One before the stop must not keep a service from stopping.
 */
export async function runHooks(context: DockerContext, options: HookOptions): Promise<void> {
  const { id, service, kind, signal, emit } = options;
  const hooks = listOf(canonicalService(context.project, service.name)[kind]).map(sectionOf);
  for (const hook of hooks) {
    const command = textsOf(hook['command']);
    const user = textOf(hook['user']);
    const workingDir = textOf(hook['working_dir']);
    const { exitCode, output } = await execInside(context, id, {
      command,
      signal,
      environment: Object.entries(textMapOf(hook['environment'])).map(
        ([key, value]) => `${key}=${value}`,
      ),
      privileged: hook['privileged'] === true,
      ...(user !== undefined && { user }),
      ...(workingDir !== undefined && { workingDir }),
    });
    if (exitCode === 0) continue;
    const cause = `the ${kind} command of ${service.name} ended with code ${exitCode}: ${command.join(' ')}`;
    if (kind === 'pre_stop') {
      emit({ kind: 'note', level: 'warning', service: service.name, text: cause });
      continue;
    }
    const proof = output.trim().split('\n').slice(-10);
    throw new RunError([{ code: 'docker/hook-failed', service: service.name, cause, proof }]);
  }
}
