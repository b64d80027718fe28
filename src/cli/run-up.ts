import { attach } from '../actions/attach.ts';
import { Interrupted } from '../actions/interrupted.ts';
import { servicesNamed, type Session } from '../actions/session.ts';
import { sourcesOf } from '../actions/sources-of.ts';
import { stop } from '../actions/stop.ts';
import { findingsOf, up, type UpResult } from '../actions/up.ts';
import type { EventBody } from '../model/event.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { Finding } from '../model/finding.ts';
import { exitCodeOf, type ReplicaState } from '../model/observed.ts';
import type { ServiceName } from '../model/project.ts';
import { secretsOf } from '../model/secrets.ts';
import { logPrinter } from '../report/log-prefix.ts';
import { renderFailure } from '../report/render-finding.ts';
import type { ProjectOptions } from './command.ts';
import { hintAtExplain } from './explain-hint.ts';
import { exitCodeOfFindings } from './exit-code-of-findings.ts';
import { exitCodeOfState } from './exit-code-of-state.ts';
import type { Io } from './io.ts';
import { type LeaseFlags, leaseWaitOf } from './lease-options.ts';
import { journalFor, open } from './open.ts';
import { parseScale } from './parse-scale.ts';
import { recreateOf, refuseContradictions } from './recreate-of.ts';
import { redacted } from './redacted.ts';

export interface UpFlags extends LeaseFlags {
  readonly detach: boolean;
  readonly build: boolean;
  readonly pull: 'always' | 'missing' | 'never' | 'policy' | undefined;
  readonly wait: boolean;
  readonly noWait: boolean;
  readonly forceRecreate: boolean;
  readonly noRecreate: boolean;
  readonly noDeps: boolean;
  readonly removeOrphans: boolean;
  readonly scale: readonly string[];
  readonly forceConflicts: boolean;
  readonly registry: string | undefined;
  readonly load: string | undefined;
  readonly noLogPrefix: boolean;
  readonly timestamps: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

interface Run {
  readonly session: Session;
  readonly flags: UpFlags;
  readonly io: Io;
  readonly emit: (body: EventBody) => void;
  readonly services: readonly ServiceName[];
}

/** `bowline up`: brings up, then stays attached to the logs unless told to leave. */
export async function runUp({
  options: flags,
  operands,
  project,
  io,
}: {
  readonly options: UpFlags;
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}): Promise<number> {
  refuseContradictions(flags);
  const beganMs = Date.now();
  await using session = await open(
    { project, io },
    {
      enabled: operands,
      scale: parseScale(flags.scale),
      forceConflicts: flags.forceConflicts,
      ...(flags.registry !== undefined && { registry: flags.registry }),
      ...(flags.load !== undefined && { load: flags.load }),
    },
  );
  const services = servicesNamed(session, operands);
  const emit = journalFor(session, 'up', { io, json: flags.json });
  const run: Run = { session, flags, io, emit, services };
  const finish = (exitCode: number, findings: UpResult['outcome'] = { kind: 'done' }): number => {
    emit({
      kind: 'run-finished',
      exitCode,
      tookMs: Date.now() - beganMs,
      findings: findingsOf(findings),
    });
    return exitCode;
  };
  try {
    const result = await bringUp(run);
    if (result.outcome.kind === 'failed')
      return finish(await reportFailed(run, result), result.outcome);
    if (flags.detach) return finish(ExitCode.done);
    return finish(await stayAttached(run, beganMs));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (!flags.detach) await stopInOrder(run);
    return finish(ExitCode.interrupted);
  }
}

async function bringUp({ session, flags, io, emit, services }: Run): Promise<UpResult> {
  const result = await up(
    session,
    {
      services,
      dependencies: !flags.noDeps,
      recreate: recreateOf(flags),
      build: flags.build,
      ...(flags.pull === 'always' && { pull: flags.pull }),
      wait: !flags.noWait,
      removeOrphans: flags.removeOrphans,
    },
    {
      ...leaseWaitOf(flags),
      signal: io.signal,
      emit,
      confirm: (question) => agrees(question, { flags, io }),
    },
  );
  if (result.outcome.kind === 'done')
    await announce({ session, flags, io, emit, services }, result);
  return result;
}

async function agrees(
  question: string,
  { flags, io }: Pick<Run, 'flags' | 'io'>,
): Promise<boolean> {
  if (flags.yes) return true;
  const answer = await io.ask(`${question} [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** Says what is up and where it answers. */
async function announce({ session, io, emit }: Run, { plan, observed }: UpResult): Promise<void> {
  const isSame = plan.steps.length === 0;
  const publishes = session.project.services.some(({ ports }) => ports.length > 0);
  const { replicas } =
    isSame || !publishes ? observed : await session.engine.observe({ signal: io.signal });
  if (isSame) {
    emit({
      kind: 'note',
      level: 'info',
      text: `${session.project.name} is up already, nothing has changed`,
    });
  }
  const seen = new Set<string>();
  for (const { service, ports, state } of replicas) {
    if (state.kind !== 'running') continue;
    for (const { hostIp, published, protocol, target } of ports) {
      const host = hostIp === '127.0.0.1' || hostIp === '0.0.0.0' ? 'localhost' : hostIp;
      const isHttp = protocol === 'tcp' && !DATABASE_PORTS.has(target);
      const url = isHttp ? `http://${host}:${published}` : `${host}:${published}/${protocol}`;
      if (published === 0 || seen.has(url)) continue;
      seen.add(url);
      emit({ kind: 'published', service, url });
    }
  }
}

const DATABASE_PORTS = new Set([5432, 3306, 6379, 27_017, 5672, 1025]);

async function reportFailed(
  { session, io, flags }: Run,
  { outcome, plan, observed }: UpResult,
): Promise<number> {
  const findings = redacted(findingsOf(outcome), secretsOf(session.project));
  if (!flags.json) {
    const sources = await sourcesOf(findings, session.sources);
    const style = { color: io.stderr.color, sources, cwd: io.cwd };
    const started = plan.steps.filter(({ step }) => step.kind === 'start').length;
    io.stderr.write(
      renderFailure(`up of ${session.project.name} failed`, findings, {
        ...style,
        ...(started > 0 && { state: stateAfter(observed, findings) }),
        next: 'bowline up, after the fix; it goes on where it stopped',
      }),
    );
    hintAtExplain(findings, io);
  }
  return exitCodeOfFindings(findings);
}

/** A release task comes before anything of its service is touched. */
function stateAfter({ replicas }: UpResult['observed'], findings: readonly Finding[]): string {
  const serving = findings
    .filter(({ code }) => code.startsWith('task/'))
    .flatMap(({ service }) => {
      const isUp = replicas.some(
        (each) => each.service === service && each.state.kind === 'running',
      );
      return isUp && service !== undefined ? [service] : [];
    });
  return serving.length > 0
    ? `${serving.join(', ')}: the version from before goes on serving, nothing of it was touched`
    : 'what was started before goes on running; bowline ps shows it';
}

/** Follows logs until Ctrl-C or until nothing runs any more. */
async function stayAttached(run: Run, sinceMs: number): Promise<number> {
  const { session, flags, io, emit } = run;
  const attached = session.project.services.filter(
    ({ name, attach: wanted }) =>
      wanted && (run.services.length === 0 || run.services.includes(name)),
  );
  const { replicas } = await session.engine.observe({ signal: io.signal });
  const names = replicas
    .filter(({ service }) => attached.some(({ name }) => name === service))
    .map(({ name }) => name);
  const print = logPrinter(names, {
    color: io.stdout.color,
    prefix: !flags.noLogPrefix,
    timestamps: flags.timestamps,
    project: session.project.name,
  });
  let exitCode: number = ExitCode.done;
  const over = new AbortController();
  const stopped = stopOnInterrupt(run, over);
  await attach(session, {
    services: attached.map(({ name }) => name),
    sinceMs,
    signal: over.signal,
    onLine: (line) => {
      if (flags.json) emit({ kind: 'log', line });
      else io.stdout.write(print(line));
    },
    onState: (name, state) => {
      exitCode = Math.max(exitCode, failureOf(state) ? ExitCode.failed : 0);
      if (!flags.json) sayExit(io, { name, state, project: session.project.name });
      else emit({ kind: 'replica', name, service: name, state });
    },
  });
  over.abort();
  return (await stopped) ? ExitCode.interrupted : exitCode;
}

function failureOf(state: ReplicaState): boolean {
  return state.kind === 'exited' && !state.stopped && exitCodeOf(state.exit, {}) !== 0;
}

function sayExit(
  io: Io,
  {
    name,
    state,
    project,
  }: { readonly name: string; readonly state: ReplicaState; readonly project: string },
): void {
  if (state.kind !== 'exited' && state.kind !== 'restarting') return;
  const short = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
  const again = state.kind === 'restarting' ? `, starting it again (${state.restarts})` : '';
  io.stderr.write(`${short} exited with code ${exitCodeOfState(state)}${again}\n`);
}

/** Waits for the first interrupt, stops everything in order, then ends the attachment. True when it was interrupted. */
async function stopOnInterrupt(run: Run, over: AbortController): Promise<boolean> {
  const { io } = run;
  const interrupted = await new Promise<boolean>((resolve) => {
    if (io.signal.aborted) resolve(true);
    io.signal.addEventListener('abort', () => resolve(true), { once: true });
    over.signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  if (!interrupted) return false;
  try {
    await stopInOrder(run);
  } finally {
    over.abort();
  }
  return true;
}

async function stopInOrder({ session, io, emit, services, flags }: Run): Promise<void> {
  if (!flags.json) io.stderr.write('\nStopping, in order; Ctrl-C again kills at once\n');
  try {
    await stop(session, services, { signal: io.hurry, emit });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    await session.engine.kill({ signal: AbortSignal.timeout(KILL_MS) });
  }
}

/** Killing takes milliseconds; what is not dead by then cannot be killed. */
const KILL_MS = 5000;
