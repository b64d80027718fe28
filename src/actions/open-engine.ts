import type { Engine } from '../engine/engine.ts';
import type { EngineName } from '../model/engine-name.ts';
import type { ShipImagesOptions } from './cluster-images/ship-images.ts';
import type { OpenEngineOptions } from './open-engine-options.ts';

export interface OpenedEngine {
  readonly engine: Engine;
  /** See {@link ShipImagesOptions}. */
  readonly shipImages?: (
    request: Pick<ShipImagesOptions, 'services' | 'build' | 'signal' | 'emit'>,
  ) => Promise<void>;
}

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
