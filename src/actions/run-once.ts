import type { Streams } from '../engine/engine.ts';
import { ComposeError } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';
import type { ExitStatus } from '../model/observed.ts';
import type { Service, ServiceName } from '../model/project.ts';
import { preflightOf } from './preflight.ts';
import type { Session } from './session.ts';
import { sourcesOf } from './sources-of.ts';
import { type ActionOptions, findingsOf, up } from './up.ts';

export interface RunOnceOptions {
  readonly service: ServiceName;
  /** Empty: the service's own. */
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly workingDir?: string;
  readonly entrypoint?: string;
  readonly dependencies: boolean;
  readonly build: boolean;
  readonly streams: Streams;
  readonly tty?: boolean;
}

export type RunOnceResult =
  | { readonly kind: 'ended'; readonly exit: ExitStatus }
  | { readonly kind: 'failed'; readonly findings: readonly Finding[] };

/** Runs a copy of a service once: without its ports, without restarting, attached to the terminal. */
export async function runOnce(
  session: Session,
  { service: name, command, entrypoint, dependencies, build, ...rest }: RunOnceOptions,
  options: ActionOptions,
): Promise<RunOnceResult> {
  const service = session.project.services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`service ${name} was looked up before`);
  if (dependencies && service.dependsOn.length > 0) {
    const { outcome } = await up(
      session,
      {
        services: service.dependsOn.map((each) => each.service),
        recreate: 'never',
        build: false,
        wait: true,
        removeOrphans: false,
      },
      options,
    );
    if (outcome.kind === 'failed') return { kind: 'failed', findings: findingsOf(outcome) };
  }
  await refuseWhatCannotRun(session, { service: name, hasCommand: command.length > 0 }, options);
  await session.keepEngine();
  await session.engine.execute({ kind: 'prepare', service: name, force: build }, options);
  const once: Service = {
    ...service,
    ...(entrypoint !== undefined && { entrypoint: entrypoint.split(' ').filter(Boolean) }),
  };
  const exit = await session.engine.runOnce(
    { service: once, ...(command.length > 0 && { command }), ...rest },
    options,
  );
  return { kind: 'ended', exit };
}

/** As before `up`, but for the ports, which are not published, and the command, which may be given. */
async function refuseWhatCannotRun(
  session: Session,
  { service, hasCommand }: { readonly service: ServiceName; readonly hasCommand: boolean },
  { signal }: ActionOptions,
): Promise<void> {
  const { diagnostics } = await preflightOf(session, [service], { signal });
  const left = diagnostics.filter(({ code }) => !hasCommand || code !== 'native/no-command');
  if (!left.some(({ severity }) => severity === 'error')) return;
  throw new ComposeError(left, { sources: await sourcesOf(left, session.sources) });
}
