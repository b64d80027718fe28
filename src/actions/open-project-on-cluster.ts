import type { Engine } from '../engine/engine.ts';
import { openKubernetesEngine } from '../engines/kubernetes/kubernetes-engine.ts';
import type { Translated } from '../engines/kubernetes/options.ts';
import { objectName, objectNames } from '../engines/kubernetes/translate/names.ts';
import type { OpenEngineOptions } from './open-engine-options.ts';
import { translateProject } from './translate-project.ts';

/** Opens the cluster that options and environment name; the project is translated when something is started. */
export async function openProjectOnCluster(options: OpenEngineOptions): Promise<Engine> {
  const { project, target, loaded, environment, home } = options;
  const instance = objectName(project.name);
  const context = options.context ?? target?.context;
  const namespace = options.namespace ?? target?.namespace ?? instance;
  const texts = objectNames(project.services.map(({ name }) => name));
  return openKubernetesEngine({
    project,
    instance,
    names: new Map(project.services.map(({ name }) => [name, texts.get(name) ?? name])),
    translate: (where) => translated(options, where),
    environment,
    home,
    namespace,
    ...(context !== undefined && { context }),
  });

  async function translated(
    { environmentName }: OpenEngineOptions,
    where: string,
  ): Promise<Translated> {
    const { signal } = new AbortController();
    const { translation, diagnostics } = await translateProject(
      loaded,
      { namespace: where, ...(environmentName !== undefined && { environmentName }) },
      { signal },
    );
    const said = new Set(loaded.diagnostics);
    return {
      objects: translation.objects,
      diagnostics: diagnostics.filter((each) => !said.has(each)),
    };
  }
}
