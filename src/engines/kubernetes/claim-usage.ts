import { withTimeout } from '../../host/delay.ts';
import type { UsedBytes } from '../../model/observed-volume.ts';
import { ApiError } from './cluster/api-error.ts';
import type { Cluster } from './cluster/cluster.ts';

/** A node that is away keeps nobody waiting. */
const ANSWER_MS = 5000;

export interface CountedClaim {
  readonly name: string;
  /** Nodes where a pod that runs has it mounted. */
  readonly nodes: readonly string[];
  /** As in `hostPath`. Absent: it may not be asked. */
  readonly sourceKind?: string;
  /** What counts by hand, as in `bowline exec db du -sh /data`. */
  readonly byHand?: string;
}

interface Summary {
  readonly pods?: readonly {
    readonly volume?: readonly {
      readonly usedBytes?: number;
      readonly pvcRef?: { readonly name?: string; readonly namespace?: string };
    }[];
  }[];
}

type Answer =
  | { readonly kind: 'counted'; readonly bytesOf: ReadonlyMap<string, number> }
  | { readonly kind: 'refused'; readonly why: string };

/** What the kubelets of the nodes say of claims: only they can look into them. */
export async function claimUsage(
  cluster: Cluster,
  claims: readonly CountedClaim[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, UsedBytes>> {
  const nodes = [...new Set(claims.flatMap((claim) => claim.nodes))];
  const answers = new Map(
    await Promise.all(nodes.map(async (node) => [node, await ask(cluster, node, signal)] as const)),
  );
  return new Map(
    claims.map((claim) => {
      const said = claim.nodes.flatMap((node) => answers.get(node) ?? []);
      return [claim.name, usedOf(claim, said)];
    }),
  );
}

function usedOf(claim: CountedClaim, said: readonly Answer[]): UsedBytes {
  const bytes = said
    .flatMap((answer) => (answer.kind === 'counted' ? answer.bytesOf.get(claim.name) : undefined))
    .find((each) => each !== undefined);
  if (bytes !== undefined) return { kind: 'counted', bytes };
  const how = claim.byHand === undefined ? '' : `; ${claim.byHand} counts`;
  if (said.length === 0)
    return { kind: 'unknown', hint: 'a cluster counts only while a pod has it mounted' };
  const refused = said.find((answer) => answer.kind === 'refused');
  if (refused !== undefined) return { kind: 'unknown', hint: `${refused.why}${how}` };
  const why =
    claim.sourceKind === 'hostPath'
      ? 'no kubelet counts in a hostPath volume'
      : 'its kubelet has not counted yet, which takes a minute';
  return { kind: 'unknown', hint: `${why}${how}` };
}

async function ask(cluster: Cluster, node: string, signal: AbortSignal): Promise<Answer> {
  const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`;
  try {
    const { pods = [] } = await withTimeout(
      (limited) => cluster.ask<Summary>({ method: 'GET', path, signal: limited }),
      { signal, ms: ANSWER_MS },
    );
    const here = pods
      .flatMap(({ volume = [] }) => volume)
      .flatMap(({ pvcRef, usedBytes }) =>
        pvcRef?.namespace !== cluster.target.namespace || usedBytes === undefined
          ? []
          : [[pvcRef.name ?? '', usedBytes] as const],
      );
    return { kind: 'counted', bytesOf: new Map(here) };
  } catch (error) {
    signal.throwIfAborted();
    const isForbidden = error instanceof ApiError && error.status === 403;
    return {
      kind: 'refused',
      why: isForbidden
        ? 'the figures of node agents may not be read (right: get nodes/proxy)'
        : `node ${node} does not say`,
    };
  }
}
