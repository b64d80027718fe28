import { posix } from 'node:path';

import type { Service } from '../../model/project.ts';
import type { NativeImage } from './image.ts';

/** What would run inside the container, in its own words. `argv` is empty when nothing says what to run. */
export interface Inner {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: ReadonlyMap<string, string>;
}

export interface BaseEnvironment {
  readonly home: string;
  /** Folders of the machine, as in `/usr/bin`. */
  readonly path: readonly string[];
  readonly temporary: string;
  readonly hostname: string;
}

const LANGUAGE = 'C.UTF-8';

/**
 * Puts a service and its image together as Docker does: `entrypoint` replaces the image's and drops its command,
 * `command` replaces the image's command. The environment starts empty but for what every program needs.
 */
export function innerProcessOf(
  service: Service,
  image: Pick<
    NativeImage,
    'entrypoint' | 'command' | 'workingDir' | 'environment' | 'programFolders'
  >,
  base: BaseEnvironment,
): Inner {
  const entrypoint = service.entrypoint ?? image.entrypoint ?? [];
  const imageCommand = service.entrypoint === undefined ? (image.command ?? []) : [];
  const command = service.command ?? imageCommand;
  return {
    argv: [...entrypoint, ...command],
    cwd: posix.resolve('/', image.workingDir, service.workingDir ?? ''),
    environment: environmentOf(service, image, base),
  };
}

function environmentOf(
  service: Service,
  image: Pick<NativeImage, 'environment' | 'programFolders'>,
  { home, path, temporary, hostname }: BaseEnvironment,
): ReadonlyMap<string, string> {
  const imagePath = image.environment.get('PATH')?.split(':') ?? [];
  const folders = [...new Set([...image.programFolders, ...imagePath, ...path])].filter(Boolean);
  return new Map([
    ['PATH', folders.join(':')],
    ['HOME', home],
    ['LANG', LANGUAGE],
    ['TMPDIR', temporary],
    ['HOSTNAME', service.hostname ?? hostname],
    ...[...image.environment].filter(([name]) => name !== 'PATH'),
    ...[...service.environment].map(([name, { value }]) => [name, value] as const),
  ]);
}
