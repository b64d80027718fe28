import type { ExitStatus } from '../../model/observed.ts';
import type { KubernetesObject } from './object.ts';
import { timeMs } from './track/wire.ts';

/** How the copies of a stopped service have ended. */
export interface RememberedEnd {
  /** Absent: nobody saw it. */
  readonly exit: ExitStatus | undefined;
  readonly atMs: number;
}

const EXIT_CODE = 'bowline/exit-code';
const ENDED_AT = 'bowline/ended-at';

/** For a patch: as if it had never been stopped. */
export const FORGOTTEN: Readonly<Record<string, null>> = { [EXIT_CODE]: null, [ENDED_AT]: null };

export function annotationsOf({ exit, atMs }: RememberedEnd): Readonly<Record<string, string>> {
  return {
    [ENDED_AT]: new Date(atMs).toISOString(),
    ...(exit?.kind === 'code' && { [EXIT_CODE]: String(exit.code) }),
  };
}

export function endOf({ metadata }: KubernetesObject): {
  readonly exit: ExitStatus;
  readonly finishedAtMs: number;
} {
  const { [EXIT_CODE]: code, [ENDED_AT]: at = metadata.creationTimestamp } =
    metadata.annotations ?? {};
  return {
    exit: code === undefined ? { kind: 'unknown' } : { kind: 'code', code: Number(code) },
    finishedAtMs: timeMs(at),
  };
}
