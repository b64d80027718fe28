import { posix } from 'node:path';

import type { Span } from '../../../model/diagnostic.ts';
import type { View } from '../isolation.ts';
import type { PostgresImage } from './recognise-postgres.ts';

/** A service whose image is PostgreSQL, as the engine knows it. */
export interface PostgresService {
  /** Name of the service, for what is said to the user. */
  readonly name: string;
  /** Where the service is written. */
  readonly at?: Span;
  readonly image: PostgresImage;
  /** `environment` of the service. */
  readonly environment: ReadonlyMap<string, string>;
  /** `command` of the service; absent: the image's own. */
  readonly command?: readonly string[];
  /** Everything that is mounted: volumes, binds, secrets, configs, and files of a built image. */
  readonly views: readonly ServiceView[];
  /** Folder of this machine for data that no mount covers: the image's anonymous volume. */
  readonly anonymous: string;
}

interface ServiceView extends View {
  readonly at?: Span;
}

/** Where a path of the container is on this machine; undefined when no view covers it. */
export function outsidePath(views: readonly View[], path: string): string | undefined {
  const wanted = posix.normalize(path);
  for (const { source, target } of views.toReversed()) {
    const prefix = trimmed(target);
    if (wanted === prefix) return source;
    if (wanted.startsWith(prefix === '/' ? '/' : `${prefix}/`)) {
      return posix.join(source, wanted.slice(prefix.length));
    }
  }
  return undefined;
}

/** A text in which every path of the container, at the borders of a path, became the one of this machine. */
export function outsideText(views: readonly View[], text: string): string {
  // A path begins the text, or follows what cannot be a part of one.
  return text.replaceAll(/(^|[=:,'"\s(])(\/[\w./@%+~-]+)/g, (all, before: string, path: string) => {
    const outside = outsidePath(views, path);
    return outside === undefined ? all : `${before}${outside}`;
  });
}

function trimmed(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
