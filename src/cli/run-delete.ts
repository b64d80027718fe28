import {
  deleteManifests,
  lookForManifests,
  type ToDelete,
} from '../actions/manifests/delete-manifests.ts';
import type { OpenManifests } from '../actions/manifests/open-manifests.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { openFor } from './open-manifests.ts';

interface DeleteInvocation {
  readonly options: {
    readonly file: readonly string[];
    readonly volumes: boolean;
    readonly yes: boolean;
    readonly timeout: number | undefined;
    readonly dryRun: boolean;
    readonly json: boolean;
  };
  readonly project: ProjectOptions;
  readonly io: Io;
}

const TIMEOUT_SECONDS = 120;

/** `bowline delete`: what holds data stays, unless its loss was agreed to. */
export async function runDelete(invocation: DeleteInvocation): Promise<number> {
  const { options, io } = invocation;
  const beganMs = performance.now();
  const { opened, emit } = await openFor('delete', invocation);
  await using _ = opened;
  const { signal } = io;
  const found = await lookForManifests(opened, { signal });
  const asks = options.volumes && !options.yes && !options.dryRun && found.data.length > 0;
  if (asks && !(await agreed(opened, found, io))) {
    io.stderr.write('Nothing was deleted.\n');
    return ExitCode.wrong;
  }
  await deleteManifests(opened, found, {
    signal,
    emit,
    volumes: options.volumes,
    dryRun: options.dryRun,
    timeoutMs: (options.timeout ?? TIMEOUT_SECONDS) * 1000,
  });
  const tookMs = performance.now() - beganMs;
  emit({ kind: 'run-finished', exitCode: ExitCode.done, tookMs, findings: [] });
  return ExitCode.done;
}

async function agreed(opened: OpenManifests, { data }: ToDelete, io: Io): Promise<boolean> {
  const { set, target, sources } = opened;
  const list = data.map((each) => `  ${each}\n`).join('');
  const answer = await io.ask(
    `This deletes for good, in namespace ${target.namespace} of ${target.context}:\n${list}Type ${set} to go on: `,
  );
  if (answer !== undefined) return answer.trim() === set;
  throw new ComposeError(
    [
      {
        code: 'arguments/needs-yes',
        severity: 'error',
        message: `delete --volumes would delete the data of ${set}, and there is no terminal to ask at`,
        help: `Say --yes if that is meant. At stake: ${data.join(', ')}.`,
      },
    ],
    { sources },
  );
}
