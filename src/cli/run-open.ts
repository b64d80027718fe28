import { addressOf } from '../actions/address-of.ts';
import { forwardPorts } from '../actions/forward-ports.ts';
import { openInBrowser } from '../actions/open-in-browser.ts';
import { servicesNamed, type Session } from '../actions/session.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import { RunError } from '../model/finding.ts';
import type { Service } from '../model/project.ts';
import { type OuterAddress, urlOf } from '../report/url-of.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { open } from './open.ts';
import { sayWhenNew } from './say-when-new.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface OpenInvocation {
  readonly options: { readonly port: number | undefined; readonly print: boolean };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline open`: where a service answers; what is not reached from outside gets a tunnel until Ctrl-C. */
export async function runOpen({ options, operands, project, io }: OpenInvocation): Promise<number> {
  await using session = await open({ project, io }, { quiet: true, enabled: operands });
  const service = serviceToOpen(session, operands);
  const { port } = options;
  const address = await addressOf(session, { service, port }, io);
  if (address !== undefined) {
    show(address, { options, io });
    return ExitCode.done;
  }
  const target = port ?? service.ports.find(({ protocol }) => protocol === 'tcp')?.target;
  if (session.engine.connect === undefined || target === undefined) throw noAddress(service);
  using forwards = await forwardPorts(
    session,
    {
      service: service.name,
      addresses: ['127.0.0.1'],
      ports: [{ local: 0, remote: target }],
    },
    { signal: io.signal, onTrouble: sayWhenNew(io) },
  );
  for (const { address: host, local } of forwards.open)
    show({ host, port: local, target }, { options, io });
  io.stderr.write('a tunnel, until Ctrl-C: the service is reached inside the cluster only\n');
  await untilInterrupted(io);
  return ExitCode.interrupted;
}

function show(
  address: OuterAddress,
  { options, io }: { readonly options: OpenInvocation['options']; readonly io: Io },
): void {
  const url = urlOf(address);
  io.stdout.write(`${url}\n`);
  if (!options.print && io.stdout.isTerminal && url.startsWith('http'))
    openInBrowser(url, io.environment);
}

function serviceToOpen(session: Session, operands: readonly string[]): Service {
  const { services } = session.project;
  const [named] = servicesNamed(session, operands);
  const published = services.filter(({ ports }) => ports.length > 0);
  const found =
    named === undefined
      ? published.length === 1
        ? published[0]
        : undefined
      : services.find(({ name }) => name === named);
  if (found !== undefined) return found;
  const names = published.map(({ name }) => name).join(', ');
  throw new ComposeError(
    [
      {
        code: 'arguments/which-service',
        severity: 'error',
        message:
          published.length === 0
            ? 'no service publishes a port'
            : `${published.length} services publish ports`,
        help:
          published.length === 0
            ? 'Name the service, and its port: bowline open SERVICE --port 8000.'
            : `Name the one that is meant, as in bowline open ${published[0]?.name ?? 'SERVICE'}: ${names}.`,
      },
    ],
    { sources: session.sources },
  );
}

function noAddress({ name }: Service): RunError {
  return new RunError([
    {
      code: 'engine/no-port',
      service: name,
      cause: `${name} publishes no port that answers now`,
      fix: ['bowline ps shows what is published, and where.'],
    },
  ]);
}
