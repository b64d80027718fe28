import { canListen } from '../../host/tcp.ts';
import { RunError } from '../../model/finding.ts';
import { blockedFinding } from './routes-failure.ts';
import type { Route } from '../../gate/route.ts';
import type { Healthcheck } from '../../model/healthcheck.ts';
import type { Project, Service, ServiceName } from '../../model/project.ts';
import type { NativeImage } from './image.ts';
import { type BaseEnvironment, type Inner, innerProcessOf } from './inner-process.ts';
import type { InnerProcess, OuterProcess, Surroundings } from './isolation.ts';
import { type PortPlan, planPorts } from './plan-ports.ts';
import { withPort } from './port-carrier.ts';
import { publishedPorts, servicePorts } from './routes.ts';
import { redirectProbe, scheduleOf, unitSpecOf } from './start-spec.ts';
import { type Places, surroundingsOf } from './surroundings.ts';
import type { UnitSpec } from './unit.ts';
import { wellKnownCheck } from './well-known-check.ts';

/** What an application's unit is made from. */
export interface AppParts {
  readonly project: Project;
  readonly service: Service;
  readonly image: NativeImage;
  readonly number: number;
  readonly fingerprint: string;
  readonly places: Places;
  readonly base: BaseEnvironment;
  readonly addresses: ReadonlyMap<ServiceName, string>;
  /** Gives a port of this machine that nobody listens on. */
  readonly freePort: () => Promise<number>;
  /** Turns a process inside the container into one of this machine. */
  readonly isolate: (inner: InnerProcess, surroundings: Surroundings) => Promise<OuterProcess>;
}

export interface AppUnit {
  readonly spec: UnitSpec;
  readonly routes: readonly Route[];
  /** What was written differently, to be shown. */
  readonly notes: readonly string[];
}

/** A copy of a service that is built here, or that runs on this machine's interpreter. */
export async function appUnit(parts: AppParts): Promise<AppUnit> {
  const { service, image } = parts;
  const inner = innerProcessOf(service, image, parts.base);
  const taken = await takenTargets(service);
  const plans = planPorts({ ...portsQuestion(parts), taken, startup: inner });
  refuseBlocked(service, plans);
  const { started, listening, notes } = await movePorts(plans, inner, parts);
  const surroundings = surroundingsOf(parts.project, service, parts);
  const process = await parts.isolate(asProcess(started), surroundings);
  const { routes, ports } = servicePorts(plans, {
    address: parts.addresses.get(service.name) ?? '127.0.0.1',
    host: '127.0.0.1',
    listening,
    free: await freePorts(plans, parts),
  });
  const check = healthcheckOf(service, image);
  const probe =
    check === undefined
      ? undefined
      : await probeOf(check, { parts, started, surroundings, listening });
  const spec = unitSpecOf(service, {
    project: parts.project.name,
    number: parts.number,
    fingerprint: parts.fingerprint,
    command: inner.argv,
    process,
    ports,
    ...(image.stopSignal !== undefined && { stopSignal: image.stopSignal }),
    ...(check !== undefined &&
      probe !== undefined && { healthcheck: { ...scheduleOf(check), probe } }),
  });
  return { spec, routes, notes: [...notes, ...process.rewritten] };
}

/** The service's own healthcheck, else the image's, unless it is switched off. */
function healthcheckOf(
  service: Service,
  image: Pick<NativeImage, 'healthcheck'>,
): Healthcheck | undefined {
  if (service.healthcheckDisabled) return undefined;
  return service.healthcheck ?? image.healthcheck;
}

function portsQuestion({ project, service, number }: AppParts) {
  const others = project.services.filter(({ name }) => name !== service.name);
  const othersTargets = new Set(
    others.flatMap(({ ports, image }) =>
      isDatabase(image) ? [] : ports.map(({ target }) => target),
    ),
  );
  const gatePorts = publishedPorts(project.services);
  // A second copy cannot listen where the first one does.
  const own = number > 1 || service.replicas > 1 ? service.ports.map(({ target }) => target) : [];
  return {
    service: service.name,
    ports: service.ports,
    gatePorts: new Set([...gatePorts, ...own]),
    othersTargets,
  };
}

/** Asked at the last moment: this service's own earlier copy has been stopped by then. */
async function takenTargets({ ports }: Service): Promise<ReadonlySet<number>> {
  const tcp = ports.filter(({ protocol }) => protocol === 'tcp');
  const answers = await Promise.all(
    tcp.map(async ({ target }) => ({
      target,
      ...(await canListen({ host: '0.0.0.0', port: target })),
    })),
  );
  return new Set(answers.flatMap(({ kind, target }) => (kind === 'refused' ? [target] : [])));
}

function refuseBlocked(service: Service, plans: readonly PortPlan[]): void {
  const findings = plans.flatMap(({ kind, port }) =>
    kind === 'blocked' ? [blockedFinding(service, port)] : [],
  );
  if (findings.length > 0) throw new RunError(findings);
}

/** Listens on its service's own address only, so nobody has to make room for it. */
function isDatabase(image: string | undefined): boolean {
  return /(^|\/)postgres(:|@|$)/.test(image ?? '');
}

async function movePorts(
  plans: readonly PortPlan[],
  inner: Inner,
  { freePort, service }: AppParts,
) {
  const listening = new Map<number, number>();
  const notes: string[] = [];
  let started: Inner = inner;
  for (const plan of plans) {
    const { target } = plan.port;
    if (plan.kind === 'direct') {
      notes.push(
        `${service.name} listens on port ${target} itself: nothing in its settings carries the port, so the gate cannot own it`,
      );
    }
    if (plan.kind !== 'moved' || listening.has(target)) continue;
    const port = await freePort();
    listening.set(target, port);
    started = { ...started, ...withPort(started, plan.carrier, { from: target, to: port }) };
    const where = plan.carrier.kind === 'variable' ? plan.carrier.name : 'its command';
    notes.push(`${where}: port ${target} → ${port}, for something else listens on ${target}`);
  }
  return { started, listening, notes };
}

async function freePorts(
  plans: readonly PortPlan[],
  { freePort }: AppParts,
): Promise<ReadonlyMap<number, number>> {
  const free = new Map<number, number>();
  for (const { port } of plans)
    if (port.published === undefined) free.set(port.target, await freePort());
  return free;
}

async function probeOf(
  check: Healthcheck,
  {
    parts,
    started,
    surroundings,
    listening,
  }: {
    readonly parts: AppParts;
    readonly started: Inner;
    readonly surroundings: Surroundings;
    readonly listening: ReadonlyMap<number, number>;
  },
) {
  const known = wellKnownCheck(check.test);
  if (known !== undefined) return redirectProbe(known, listening);
  const [kind, ...words] = check.test;
  const argv = (kind === 'CMD' ? words : ['/bin/sh', '-c', ...words]).map((word) =>
    moveLoopback(word, listening),
  );
  const outer = await parts.isolate(asProcess({ ...started, argv }), surroundings);
  return {
    kind: 'command',
    argv: outer.argv,
    cwd: outer.cwd,
    environment: outer.environment,
  } as const;
}

/** `localhost:8080` in a check means the service itself, wherever it listens now. */
function moveLoopback(text: string, listening: ReadonlyMap<number, number>): string {
  let moved = text;
  for (const [target, port] of listening) {
    moved = moved.replaceAll(
      new RegExp(`(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1\\]):${target}(?!\\d)`, 'g'),
      `127.0.0.1:${port}`,
    );
  }
  return moved;
}

/** Preflight has refused a service without anything to run. */
function asProcess({ argv, cwd, environment }: Inner): InnerProcess {
  const [program = '/bin/true', ...args] = argv;
  return { argv: [program, ...args], cwd, environment };
}
