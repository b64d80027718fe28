import { diagnoseService } from '../diagnose/diagnose-service.ts';
import type { ServiceFacts } from '../diagnose/service-facts.ts';
import type { LogQuery } from '../engine/engine.ts';
import type { Finding } from '../model/finding.ts';
import type { Observed, ObservedReplica } from '../model/observed.ts';
import type { Service, ServiceName } from '../model/project.ts';
import type { Look } from './look.ts';

export interface ServiceReport {
  readonly service: ServiceName;
  /** In words, as in `running, healthy`. */
  readonly state: string;
  readonly findings: readonly Finding[];
}

/** Last lines of a service that are looked through. */
const LOG_LINES = 80;

/** Why services do not work: of those named, or of all. Changes nothing. */
export async function doctor(
  session: Look,
  services: readonly ServiceName[],
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly ServiceReport[]> {
  const [observed, seen] = await Promise.all([
    session.engine.observe({ signal }),
    session.engine.findings?.({ signal }) ?? [],
  ]);
  const asked = session.project.services.filter(
    ({ name }) => services.length === 0 || services.includes(name),
  );
  return Promise.all(
    asked.map(async (service) => {
      const facts = await factsOf(session, { service, observed, signal });
      const tasks = await taskFindings(session, { service, observed, signal });
      const own = seen.filter((each) => each.service === service.name);
      const found = withoutConsequences(
        diagnoseService(facts),
        own.map(({ finding }) => finding),
      );
      return {
        service: service.name,
        state: stateOf(facts.replica),
        findings: [...tasks, ...found].map((finding) => placed(session, service, finding)),
      };
    }),
  );
}

/** Named after its service, and with a place in the files where it has none yet. */
function placed(session: Look, { name }: Service, finding: Finding): Finding {
  const at = finding.at ?? session.placeOf(name, finding);
  return { ...finding, service: name, ...(at !== undefined && { at }) };
}

/** That it does not work is said by every look at it; why, by the one that knows. */
const CONSEQUENCES: ReadonlySet<string> = new Set([
  'service/crash-loop',
  'service/ended',
  'service/unhealthy',
  'kubernetes/crash-loop',
  'kubernetes/job-failed',
  'kubernetes/not-ready',
]);

function withoutConsequences(
  ours: readonly Finding[],
  engines: readonly Finding[],
): readonly Finding[] {
  const causes = [...ours, ...engines].filter(({ code }) => !CONSEQUENCES.has(code));
  if (causes.length > 0) return causes;
  return engines.length > 0 ? engines : ours;
}

interface Question {
  readonly service: Service;
  readonly observed: Observed;
  readonly signal: AbortSignal;
}

async function factsOf(
  session: Look,
  { service, observed, signal }: Question,
): Promise<ServiceFacts> {
  const replica = worstOf(observed.replicas.filter((each) => each.service === service.name));
  const query = { services: [service.name], follow: false, tail: LOG_LINES };
  const lines = replica === undefined ? [] : await linesOf(session, query, signal);
  const listening =
    replica?.state.kind === 'running'
      ? await session.engine.listening?.(service.name, { signal })
      : undefined;
  return {
    project: session.project,
    service,
    ...(replica !== undefined && { replica }),
    lines,
    ...(listening !== undefined && { listening }),
  };
}

async function linesOf(
  { engine }: Look,
  query: LogQuery,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { text } of engine.logs(query, { signal })) lines.push(text);
  return lines;
}

const BADNESS: readonly ObservedReplica['state']['kind'][] = [
  'running',
  'created',
  'exited',
  'restarting',
];

function worstOf(replicas: readonly ObservedReplica[]): ObservedReplica | undefined {
  return replicas.toSorted((a, b) => badnessOf(b) - badnessOf(a))[0];
}

function badnessOf({ state }: ObservedReplica): number {
  const sick = state.kind === 'running' && state.health.kind === 'unhealthy';
  return sick ? BADNESS.length : BADNESS.indexOf(state.kind);
}

function stateOf(replica: ObservedReplica | undefined): string {
  if (replica === undefined) return 'not started';
  const { state } = replica;
  if (state.kind !== 'running') return state.kind;
  return state.health.kind === 'none' ? 'running' : `running, ${state.health.kind}`;
}

/** A release task that failed keeps the new version from starting. */
async function taskFindings(
  session: Look,
  { service, observed, signal }: Question,
): Promise<readonly Finding[]> {
  const task = observed.tasks?.find((each) => each.service === service.name);
  if (task?.state.kind !== 'finished' || service.releaseTask === undefined) return [];
  const { exit } = task.state;
  if (exit.kind === 'code' && exit.code === 0) return [];
  const query = { services: [service.name], tasks: true, follow: false, tail: 12 };
  return [
    {
      code: exit.kind === 'unknown' ? 'task/unknown-outcome' : 'task/failed',
      service: service.name,
      cause:
        exit.kind === 'unknown'
          ? `nobody saw how the release task of ${service.name} ended`
          : `the release task of ${service.name} failed; its new version was not started`,
      proof: await linesOf(session, query, signal),
      fix: [
        `bowline logs ${service.name} --task shows all that it wrote; bowline up runs it again.`,
      ],
      at: service.releaseTask.at,
    },
  ];
}
