import { type Directories, directoriesOf, type Machine } from '../host/directories.ts';
import type { EngineName } from '../model/engine-name.ts';
import type { Reached } from '../model/reached.ts';

export type EngineReport = { readonly name: EngineName } & Reached;

/** Which engines can be used from here, and why not the others. Needs no project. */
export async function listEngines(
  machine: Machine,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly EngineReport[]> {
  const [native, docker, kubernetes] = await Promise.all([
    onThisMachine(machine, directoriesOf(machine), signal),
    import('../engines/docker/reach.ts').then(({ reachDocker }) =>
      reachDocker(machine, { signal }),
    ),
    import('../engines/kubernetes/reach.ts').then(({ reachKubernetes }) =>
      reachKubernetes(machine),
    ),
  ]);
  return [
    { name: 'native', ...native },
    { name: 'docker', ...docker },
    { name: 'kubernetes', ...kubernetes },
  ];
}

async function onThisMachine(
  { environment, uid }: Machine,
  { cache }: Directories,
  signal: AbortSignal,
): Promise<Reached> {
  const { reachNative } = await import('../engines/native/reach.ts');
  return reachNative({ cache, uid, path: environment['PATH'], signal });
}
