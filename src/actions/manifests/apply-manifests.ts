import { applyObjects, type ApplyOutcome } from '../../engines/kubernetes/apply/apply-objects.ts';
import type { Refusal } from '../../engines/kubernetes/apply/refusal.ts';
import { systemClock } from '../../host/clock.ts';
import type { EventBody } from '../../model/event.ts';
import { ExitCode } from '../../model/exit-code.ts';
import type { Finding } from '../../model/finding.ts';
import { type Manifest, placeOfField } from './manifest.ts';
import type { OpenManifests } from './open-manifests.ts';
import { placeOfFinding } from './place-of-finding.ts';

export interface ApplyOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly prune: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly timeoutMs: number;
}

export interface ApplyResult {
  /** See `ExitCode`. */
  readonly exitCode: number;
  readonly findings: readonly Finding[];
  /** How the cluster was left, where that is not plain. */
  readonly state?: string;
}

/**
 * Makes the cluster have what the manifests say, and waits until it works.
 *
 * @throws {RunError} with exit code 5 when the cluster cannot be reached or does not allow it.
 */
export async function applyManifests(
  opened: OpenManifests,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const { cluster, manifests, set, isWhole } = opened;
  const outcome = await applyObjects(
    cluster,
    manifests.map(({ object }) => object),
    {
      ...options,
      clock: systemClock,
      set,
      prune: options.prune && isWhole,
      wait: options.wait ? 'everything' : 'order',
    },
  );
  return resultOf(outcome, manifests);
}

function resultOf(outcome: ApplyOutcome, manifests: readonly Manifest[]): ApplyResult {
  switch (outcome.kind) {
    case 'done':
      return { exitCode: ExitCode.done, findings: [] };
    case 'refused':
      return {
        exitCode: exitCodeOf(outcome.refusals),
        findings: outcome.refusals.map((refusal) => withPlace(refusal, manifests)),
        ...(outcome.isUntouched && { state: 'nothing was changed' }),
      };
    case 'failed':
    case 'timed-out':
      return {
        exitCode: outcome.kind === 'failed' ? ExitCode.failed : ExitCode.timedOut,
        findings: outcome.findings.map((finding) => withPlaceOf(finding, manifests)),
        ...(outcome.state.length > 0 && { state: outcome.state.join(' · ') }),
      };
  }
}

/** What the files say wrong is for who wrote them to mend, and what is not allowed for somebody else. */
function exitCodeOf(refusals: readonly Refusal[]): number {
  const isOutside = refusals.some(({ finding }) =>
    ['kubernetes/forbidden', 'kubernetes/denied', 'kubernetes/namespace-missing'].includes(
      finding.code,
    ),
  );
  return isOutside ? ExitCode.unreachable : ExitCode.wrong;
}

function withPlaceOf(finding: Finding, manifests: readonly Manifest[]): Finding {
  const at = finding.at ?? placeOfFinding(manifests, finding);
  return at === undefined ? finding : { ...finding, at };
}

function withPlace({ id, finding, field }: Refusal, manifests: readonly Manifest[]): Finding {
  const manifest = manifests.find(
    ({ object }) =>
      object.kind === id.kind &&
      object.metadata.name === id.name &&
      (object.metadata.namespace ?? id.namespace) === id.namespace,
  );
  if (manifest === undefined) return finding;
  return { ...finding, at: placeOfField(manifest.node, field ?? '') };
}
