import type { EngineName } from '../model/engine-name.ts';
import type { OpenEngineOptions } from './open-engine-options.ts';
import type { OpenedEngine } from './opened-engine.ts';

/** Opens an engine by name and loads nothing of the others. Starts nothing. */
export async function openEngine(
  name: EngineName,
  options: OpenEngineOptions,
): Promise<OpenedEngine> {
  switch (name) {
    case 'native': {
      const { openNativeEngine } = await import('../engines/native/native-engine.ts');
      return { engine: openNativeEngine(options) };
    }
    case 'docker': {
      const { openDockerEngine } = await import('../engines/docker/docker-engine.ts');
      return { engine: openDockerEngine(options) };
    }
    case 'kubernetes': {
      const { openProjectOnCluster } = await import('./open-project-on-cluster.ts');
      return openProjectOnCluster(options);
    }
  }
}
