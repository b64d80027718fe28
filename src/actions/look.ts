import type { Engine } from '../engine/engine.ts';
import type { Span } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';
import type { Project } from '../model/project.ts';
import { secretsOf } from '../model/secrets.ts';
import { type Written, placeNamed } from './place-named.ts';
import type { Session } from './session.ts';

/** A project on its engine, for what only looks at it or talks to it: a Compose file, or manifests of a cluster. */
export interface Look extends AsyncDisposable {
  readonly project: Project;
  readonly engine: Engine;
  /** Texts of the files. */
  readonly sources: ReadonlyMap<string, string>;
  /** What must not be printed. */
  readonly secrets: ReadonlySet<string>;
  /** Where in the files the cause of a service's trouble is written. */
  placeOf(service: string, finding: Finding): Span | undefined;
}

export function lookAt(session: Session): Look {
  const { project, engine, sources } = session;
  return {
    project,
    engine,
    sources,
    secrets: secretsOf(project),
    placeOf: (service, finding) =>
      placeNamed(finding, writtenOf(project, service)) ??
      project.services.find(({ name }) => name === service)?.at,
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** Values of a service, each with where it stands. */
function writtenOf({ canonical, origins }: Project, service: string): readonly Written[] {
  const walk = (value: unknown, pointer: string): readonly Written[] => {
    if (typeof value === 'string') {
      const at = origins.get(pointer);
      return at === undefined ? [] : [{ text: value, at }];
    }
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) =>
      walk(each, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    );
  };
  const services = below(canonical, 'services');
  return walk(below(services, service), `/services/${service}`);
}

function below(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object, as was just seen
  return (value as Readonly<Record<string, unknown>>)[key];
}
