import { join } from 'node:path';

import { RunError } from '../../model/finding.ts';
import { findUnshare } from './find-unshare.ts';
import type { InnerProcess, IsolationLevel, OuterProcess, Surroundings } from './isolation.ts';
import { namespaceProcess } from './isolation/mount-namespace.ts';
import { mergedIntoMachine } from './isolation/root-skeleton.ts';
import { type IsolationAnswer, probeIsolation } from './isolation/probe-isolation.ts';
import { rewriteProcess } from './isolation/rewrite.ts';
import type { NativeOptions } from './options.ts';
import { ownFolderOf } from './start-spec.ts';

/** Puts processes into their surroundings, by the best means that this machine and the user allow. */
export interface Surrounder {
  /** @throws {RunError} when `--isolation mount` was asked for and is not possible here. */
  level(signal: AbortSignal): Promise<IsolationAnswer>;
  /** `key` names the place for what the process needs on disk, as in `web-1`. */
  surround(inner: InnerProcess, surroundings: Surroundings, key: string): Promise<OuterProcess>;
}

export function createSurrounder(options: NativeOptions): Surrounder {
  const { directories, environment, isolation, uid } = options;
  const unshare = findUnshare(environment['PATH']);
  const gid = process.getgid?.() ?? 0;
  let answer: Promise<IsolationAnswer> | undefined;
  const level = (signal: AbortSignal): Promise<IsolationAnswer> => {
    answer ??= decide({
      isolation,
      probe: () => probeIsolation({ cache: directories.cache, unshare, uid, gid, signal }),
    });
    return answer;
  };
  return {
    level,
    async surround(inner, surroundings, key) {
      const { level: found } = await level(new AbortController().signal);
      if (found === 'none' || unshare === undefined) {
        return rewriteProcess(inner, {
          ...surroundings,
          views: surroundings.views.flatMap(mergedIntoMachine),
        });
      }
      const scratch = join(ownFolderOf(directories.state, key), 'namespace');
      return namespaceProcess(inner, surroundings, { scratch, unshare, uid, gid });
    },
  };
}

async function decide({
  isolation,
  probe,
}: {
  readonly isolation: 'auto' | IsolationLevel;
  readonly probe: () => Promise<IsolationAnswer>;
}): Promise<IsolationAnswer> {
  if (isolation === 'none') return { level: 'none', reason: 'asked for' };
  const answer = await probe();
  if (isolation === 'auto' || answer.level === 'mount') return answer;
  throw new RunError([
    {
      code: 'native/no-mount-namespace',
      cause: `--isolation mount is not possible here: ${answer.reason ?? 'the system does not say why'}`,
      fix: [
        'Leave the option out: paths and names are then rewritten, and each rewriting is shown.',
      ],
    },
  ]);
}
