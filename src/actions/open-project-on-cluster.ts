import { openKubernetesEngine } from '../engines/kubernetes/kubernetes-engine.ts';
import type { KubernetesOptions, Translated } from '../engines/kubernetes/options.ts';
import { objectName, objectNames } from '../engines/kubernetes/translate/names.ts';
import type { ServiceName } from '../model/project.ts';
import type { OpenEngineOptions } from './open-engine-options.ts';
import type { OpenedEngine } from './opened-engine.ts';
import { translateProject } from './translate-project.ts';

/** Opens the cluster that options and environment name; the project is translated when something is started. */
export async function openProjectOnCluster(options: OpenEngineOptions): Promise<OpenedEngine> {
  const { project, target, loaded, environment, home } = options;
  const instance = objectName(project.name);
  const context = options.context ?? target?.context;
  const namespace = options.namespace ?? target?.namespace ?? instance;
  const texts = objectNames(project.services.map(({ name }) => name));
  const images = new Map<ServiceName, string>();
  const cluster: KubernetesOptions = {
    project,
    instance,
    names: new Map(project.services.map(({ name }) => [name, texts.get(name) ?? name])),
    translate: (where, running) => translated(where, new Map([...running, ...images])),
    environment,
    home,
    namespace,
    ...(context !== undefined && { context }),
    ...(options.forceConflicts !== undefined && { forceConflicts: options.forceConflicts }),
  };
  return {
    engine: await openKubernetesEngine(cluster),
    shipImages: async (request) => {
      const { shipImages } = await import('./cluster-images/ship-images.ts');
      await shipImages({ ...request, options, cluster, images });
    },
  };

  async function translated(
    where: string,
    shipped: ReadonlyMap<string, string>,
  ): Promise<Translated> {
    const { environmentName } = options;
    const { signal } = new AbortController();
    const { translation, diagnostics } = await translateProject(
      loaded,
      {
        namespace: where,
        images: shipped,
        ...(environmentName !== undefined && { environmentName }),
      },
      { signal },
    );
    const said = new Set(loaded.diagnostics);
    return {
      objects: translation.objects,
      diagnostics: diagnostics.filter((each) => !said.has(each)),
    };
  }
}
