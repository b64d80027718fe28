import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { Reached } from '../../model/reached.ts';

/** Is a cluster named here? It is not asked: a cluster far away may take its time. */
export async function reachKubernetes({
  environment,
  home,
}: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}): Promise<Reached> {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((each) => each !== '');
  const files = named.length > 0 ? named : [join(home, '.kube/config')];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  if (texts.every((text) => text === '')) {
    return {
      kind: 'unreachable',
      reason: `there is no kubeconfig (${files.join(', ')})`,
      fix: 'Fetch one from your cluster, or set KUBECONFIG to where it is.',
    };
  }
  // The first file that names one counts, as for kubectl.
  const context = texts
    .map((text) => /^["']?current-context["']?:[ \t]*["']?([^"'\s#]+)/m.exec(text)?.[1])
    .find((each) => each !== undefined);
  return context === undefined
    ? {
        kind: 'unreachable',
        reason: 'the kubeconfig has no current context',
        fix: 'kubectl config get-contexts lists what there is; kubectl config use-context chooses one.',
      }
    : { kind: 'reachable', version: '', detail: `context ${context} (not asked)` };
}
