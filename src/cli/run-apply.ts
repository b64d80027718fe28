import { applyManifests } from '../actions/manifests/apply-manifests.ts';
import { secretValuesOf } from '../actions/manifests/manifest-values.ts';
import { ExitCode } from '../model/exit-code.ts';
import { renderFailure } from '../report/render-finding.ts';
import { tookInWords } from '../report/duration-words.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { openFor } from './open-manifests.ts';
import { redacted } from './redacted.ts';

interface ApplyInvocation {
  readonly options: {
    readonly file: readonly string[];
    readonly forceConflicts: boolean;
    readonly noPrune: boolean;
    readonly noWait: boolean;
    readonly timeout: number | undefined;
    readonly dryRun: boolean;
    readonly json: boolean;
  };
  readonly project: ProjectOptions;
  readonly io: Io;
}

const TIMEOUT_SECONDS = 300;

/** `bowline apply`: says where, applies in order, and ends when everything works or one thing cannot. */
export async function runApply(invocation: ApplyInvocation): Promise<number> {
  const { options, io } = invocation;
  const beganMs = performance.now();
  const { opened, emit } = await openFor('apply', invocation);
  await using _ = opened;
  const { exitCode, findings, state } = await applyManifests(opened, {
    signal: io.signal,
    emit,
    prune: !options.noPrune,
    force: options.forceConflicts,
    dryRun: options.dryRun,
    wait: !options.noWait,
    timeoutMs: (options.timeout ?? TIMEOUT_SECONDS) * 1000,
  });
  const tookMs = performance.now() - beganMs;
  emit({ kind: 'run-finished', exitCode, tookMs, findings });
  if (options.json) return exitCode;
  if (exitCode === ExitCode.done) {
    const words = options.dryRun ? 'nothing was changed' : `done in ${tookInWords(tookMs)}`;
    io.stderr.write(`${words}\n`);
    return exitCode;
  }
  const style = { color: io.stderr.color, sources: opened.sources, cwd: io.cwd };
  const headline = `${opened.set} was not applied to ${opened.target.context}/${opened.target.namespace}, after ${tookInWords(tookMs)}`;
  io.stderr.write(
    renderFailure(headline, redacted(findings, secretValuesOf(opened.manifests)), {
      ...style,
      ...(state !== undefined && { state }),
    }),
  );
  return exitCode;
}
