import type { Service, ServiceName } from '../model/project.ts';
import type { Cancellable, Emitting } from './cancellable.ts';

/** What is done with images and containers. An engine has those of the tools that make sense there. */
export interface ContainerTools {
  /** Fetches images: all of those, or only those whose policy asks for a look at the registry before each start. */
  pull(
    services: readonly Service[],
    options: Cancellable & Emitting & { readonly which: 'all' | 'due' },
  ): Promise<void>;
  build(
    services: readonly Service[],
    options: Cancellable & Emitting & BuildChoices,
  ): Promise<void>;
  push(services: readonly Service[], options: Cancellable & Emitting): Promise<void>;
  images(services: readonly ServiceName[], options: Cancellable): Promise<readonly ImageRow[]>;
  top(services: readonly ServiceName[], options: Cancellable): Promise<readonly ProcessTable[]>;
  /** One look at what running containers use. */
  usage(services: readonly ServiceName[], options: Cancellable): Promise<readonly UsageRow[]>;
  /** Sends a signal to the containers of services that run. */
  signal(
    services: readonly ServiceName[],
    options: Cancellable & { readonly name: string },
  ): Promise<readonly string[]>;
  /** What happens to the containers, from now on. */
  events(services: readonly ServiceName[], options: Cancellable): AsyncIterable<ContainerEvent>;
  /** Copies between this machine and a container, as `docker cp` does. */
  copy(request: CopyRequest, options: Cancellable): Promise<void>;
  removeImages(
    services: readonly Service[],
    options: Cancellable & Emitting & { readonly which: 'all' | 'local' },
  ): Promise<void>;
}

interface BuildChoices {
  readonly noCache?: boolean;
  /** Fetch newer base images. */
  readonly pull?: boolean;
  readonly args?: ReadonlyMap<string, string>;
}

export interface ImageRow {
  readonly container: string;
  readonly repository: string;
  readonly tag: string;
  readonly id: string;
  readonly sizeBytes: number;
}

export interface ProcessTable {
  readonly container: string;
  readonly titles: readonly string[];
  readonly processes: readonly (readonly string[])[];
}

export interface UsageRow {
  readonly container: string;
  readonly service: string;
  /** Of one processor: 250 is two and a half of them. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  /** Absent: there is none. */
  readonly memoryLimitBytes?: number;
  /** Absent: not counted here. */
  readonly processes?: number;
}

export interface ContainerEvent {
  readonly atMs: number;
  readonly container: string;
  readonly service: string;
  /** As the engine calls it, as in `start` or `die`. */
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type CopyRequest =
  | {
      readonly kind: 'from';
      readonly service: ServiceName;
      readonly number?: number;
      readonly path: string;
      readonly to: string;
    }
  | {
      readonly kind: 'to';
      readonly service: ServiceName;
      readonly number?: number;
      readonly path: string;
      readonly from: string;
    };
