import type { Engine } from '../engine/engine.ts';
import type { ShipImagesOptions } from './cluster-images/ship-images.ts';

export interface OpenedEngine {
  readonly engine: Engine;
  /** See {@link ShipImagesOptions}. */
  readonly shipImages?: (
    request: Pick<ShipImagesOptions, 'services' | 'build' | 'signal' | 'emit'>,
  ) => Promise<void>;
}
