import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Project, Service } from '../model/project.ts';
import type { Facts } from './check.ts';
import { originOf } from './names.ts';
import { hasInitScripts, serverOf } from './server-image.ts';
import { probeCommands } from './shell-texts.ts';
import { placeOf } from './written.ts';

/**
 * While the image of PostgreSQL runs init scripts, a server answers on the socket only, and stops when they are done:
 * `pg_isready` without a host takes it for the real one. It matters where there are scripts, and somebody waits who is
 * not started again.
 */
export function checkEarlyHealthchecks(project: Project, facts: Facts): readonly Diagnostic[] {
  return project.services.flatMap((service): readonly Diagnostic[] => {
    if (serverOf(service)?.kind !== 'postgres' || !hasInitScripts(service)) return [];
    if (service.environment.has('PGHOST') || !asksTheSocket(service)) return [];
    const waiting = project.services.find(
      ({ dependsOn, restart }) =>
        restart.kind === 'no' &&
        dependsOn.some(
          (each) => each.service === service.name && each.condition === 'service_healthy',
        ),
    );
    if (waiting === undefined) return [];
    const { at, place } = placeOfProgram(project, service, facts);
    return [
      {
        code: 'compose/early-healthcheck',
        severity: 'warning',
        message: `${service.name} is called healthy while its init scripts still run, and ${waiting.name} starts too early`,
        help: 'Write pg_isready -h 127.0.0.1: only the server that stays listens there.',
        at,
        related: [{ message: `${waiting.name} is here`, at: waiting.at }],
        ...(place !== undefined && { fix: withHost(project, service, place) }),
      },
    ];
  });
}

function asksTheSocket(service: Service): boolean {
  return probeCommands(service).some(
    ([program = '', ...words]) =>
      /(?:^|\/)pg_isready$/.test(program) &&
      !words.some((word) => /^(?:-h|--host|-d.*(?:host=|:\/\/)|.*(?:host=|:\/\/))/.test(word)),
  );
}

interface Found {
  readonly at: Span;
  readonly place?: Span;
}

function placeOfProgram(project: Project, { name, at, healthcheck }: Service, facts: Facts): Found {
  for (const index of healthcheck?.test.keys() ?? []) {
    const item = originOf(project, 'services', name, 'healthcheck', 'test', String(index));
    const place = item === undefined ? undefined : placeOf('pg_isready', item, facts);
    if (place !== undefined) return { at: place, place };
  }
  return { at: originOf(project, 'services', name, 'healthcheck', 'test') ?? at };
}

/** In a list of words the option is two words more. */
function withHost(
  project: Project,
  { name, healthcheck }: Service,
  { file, end }: Span,
): NonNullable<Diagnostic['fix']> {
  const item = originOf(project, 'services', name, 'healthcheck', 'test', '1');
  const isList = healthcheck?.test[0] === 'CMD' && item !== undefined;
  const at = isList ? item.end : end;
  const text = isList ? ', "-h", "127.0.0.1"' : ' -h 127.0.0.1';
  return { title: 'add -h 127.0.0.1', edits: [{ at: { file, start: at, end: at }, text }] };
}
