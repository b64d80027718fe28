import { basename } from 'node:path';

import { withoutSuperseded } from '../checks/without-superseded.ts';
import type { EventBody } from '../model/event.ts';
import { ComposeError, type Diagnostic } from '../model/diagnostic.ts';
import { type Finding, RunError } from '../model/finding.ts';
import type { Comparison, Observed } from '../model/observed.ts';
import type { Project, Service, ServiceName } from '../model/project.ts';
import type { Plan } from '../model/step.ts';
import { withDependencies } from '../plan/dependency-order.ts';
import { planUp } from '../plan/plan-up.ts';
import type { UpOptions } from '../plan/up-context.ts';
import { systemClock } from '../host/clock.ts';
import { type Outcome, runPlan } from '../runner/run-plan.ts';
import { withLease } from '../runner/with-lease.ts';
import { preflightOf } from './preflight.ts';
import type { Session } from './session.ts';
import { sourcesOf } from './sources-of.ts';
import { confirmUnknown, notesOnTasks } from './tell-release-tasks.ts';

export type { Outcome };

export interface ActionOptions {
  /** Milliseconds to wait for another command that changes the project. @defaultValue 600_000 */
  readonly leaseWaitMs?: number;
  readonly signal: AbortSignal;
  readonly emit: (body: EventBody) => void;
}

export interface Confirming {
  /** Asks the user, who may say no. Absent: nobody is there to agree. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

export interface UpRequest extends UpOptions {
  /** Fetch images anew, whatever their policy says. Absent: as the file says. */
  readonly pull?: 'always';
}

export interface UpResult {
  readonly outcome: Outcome;
  readonly plan: Plan;
  /** As it was before. */
  readonly observed: Comparison;
}

/**
 * Makes what runs equal to the project.
 *
 * @throws {ComposeError} when the engine cannot do what the file asks for; nothing was touched.
 * @throws {RunError} when the machine does not allow it now; nothing was touched.
 */
export async function up(
  session: Session,
  { pull, ...asked }: UpRequest,
  action: ActionOptions & Confirming,
): Promise<UpResult> {
  const { signal, emit, confirm = () => Promise.resolve(false) } = action;
  const options = await refreshImages(session, { ...asked, pull }, { signal, emit });
  const first = await look(session, options, signal);
  noteOrphans(session, first.observed, { options, emit });
  if (first.plan.steps.length === 0) {
    await session.keepEngine();
    return { outcome: { kind: 'done' }, ...first };
  }
  await preflight(session, first.plan, { signal, emit });
  return underLease(session, { ...action, command: 'up' }, async () => {
    // Another command may have changed it until the lease was ours.
    const { observed, plan } = await look(session, options, signal);
    if (plan.steps.length === 0) return { outcome: { kind: 'done' }, plan, observed };
    await confirmUnknown(plan, observed, confirm);
    await session.keepEngine();
    for (const note of notesOnTasks(session, plan)) emit(note);
    emit({ kind: 'planned', plan });
    const outcome = await runPlan(plan, session.engine, { clock: systemClock, signal, emit });
    return { outcome, plan, observed };
  });
}

async function look(
  { engine, project }: Session,
  options: UpOptions,
  signal: AbortSignal,
): Promise<Pick<UpResult, 'observed' | 'plan'>> {
  const observed = await engine.compare({ signal });
  return { observed, plan: planUp(project, observed, { ...options, limits: engine.limits }) };
}

/** As long as a deployment may take; then the one who waits should know. */
const LEASE_WAIT_MS = 10 * 60_000;

/**
 * Does `work` while no other command changes the project.
 *
 * @throws {RunError} with exit code 4 when another holds the lease for too long.
 */
export function underLease<T>(
  { engine }: Session,
  {
    command,
    leaseWaitMs: waitMs = LEASE_WAIT_MS,
    signal,
    emit,
  }: ActionOptions & { readonly command: string },
  work: () => Promise<T>,
): Promise<T> {
  return withLease(engine.lease, { command, waitMs, clock: systemClock, signal, emit }, work);
}

/** Where there are images: fetches and builds first, so that what is observed is compared with the new ones. */
async function refreshImages(
  { engine, project, shipImages }: Session,
  { pull, ...options }: UpOptions & { readonly pull: UpRequest['pull'] },
  { signal, emit }: ActionOptions,
): Promise<UpOptions> {
  const { containers } = engine;
  const { services: names } = options;
  if (shipImages !== undefined) {
    const services = namedServices(project, options);
    await shipImages({ services, build: options.build, signal, emit });
    return { ...options, build: false };
  }
  if (containers?.build === undefined) return options;
  const services = project.services.filter(
    ({ name }) => names.length === 0 || names.includes(name),
  );
  const which = pull === 'always' ? 'all' : 'due';
  await containers.pull?.(services, { signal, emit, which });
  if (options.build) await containers.build(services, { signal, emit });
  return { ...options, build: false };
}

/** Those that were named, with what they depend on; all without a name. */
function namedServices(
  { services }: Project,
  { services: names, dependencies = true }: UpOptions,
): readonly Service[] {
  if (names.length === 0) return services;
  const wanted = dependencies ? withDependencies(services, names) : new Set(names);
  return services.filter(({ name }) => wanted.has(name));
}

/** Refuses what cannot run, all of it at once, before anything is touched. */
export async function preflight(
  session: Session,
  plan: Plan,
  { signal, emit }: ActionOptions,
): Promise<void> {
  const { sources, diagnostics: loaded } = session;
  const asked = await preflightOf(session, startedBy(plan), { signal });
  const { findings, notes } = asked;
  const diagnostics = withoutSuperseded([...(await session.advise()), ...asked.diagnostics]);
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    const all = withoutSuperseded([...loaded, ...diagnostics]);
    throw new ComposeError(all, { sources: await sourcesOf(all, sources) });
  }
  if (findings.length > 0) throw new RunError(findings);
  const texts = await sourcesOf(diagnostics, sources);
  for (const each of diagnostics) {
    emit({ kind: 'note', level: 'warning', text: inOneLine(each, texts) });
  }
  for (const note of notes) emit({ kind: 'note', level: 'info', ...note });
}

function inOneLine(
  { at, message, help }: Diagnostic,
  sources: ReadonlyMap<string, string>,
): string {
  const before =
    at === undefined ? undefined : sources.get(at.file)?.slice(0, at.start).split('\n');
  const place =
    at === undefined || before === undefined
      ? ''
      : `${basename(at.file)}:${before.length}:${(before.at(-1) ?? '').length + 1}: `;
  return `${place}${message}${help === undefined ? '' : `. ${help}`}`;
}

function startedBy({ steps }: Plan): readonly ServiceName[] {
  return [...new Set(steps.flatMap(({ step }) => (step.kind === 'start' ? [step.service] : [])))];
}

function noteOrphans(
  { project }: Session,
  { replicas }: Observed,
  { options, emit }: { readonly options: UpOptions; readonly emit: ActionOptions['emit'] },
): void {
  const known = new Set<string>([...project.services.map(({ name }) => name), ...project.inactive]);
  const orphans = replicas.filter(({ service }) => !known.has(service)).map(({ name }) => name);
  if (orphans.length === 0 || options.removeOrphans) return;
  emit({
    kind: 'note',
    level: 'warning',
    text: `running, but no longer in the file: ${orphans.join(', ')}; --remove-orphans takes them down`,
  });
}

/** Findings of an outcome; none when it is done. */
export function findingsOf(outcome: Outcome): readonly Finding[] {
  return outcome.kind === 'failed' ? outcome.findings : [];
}
