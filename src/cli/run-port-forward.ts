import { forwardPorts, type OpenForward } from '../actions/forward-ports.ts';
import { servicesNamed } from '../actions/session.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { open } from './open.ts';
import { forwardsOf } from './parse-forward.ts';
import { sayWhenNew } from './say-when-new.ts';
import { untilInterrupted } from './until-interrupted.ts';

interface PortForwardInvocation {
  readonly options: {
    readonly address: readonly string[];
    readonly index: number | undefined;
    readonly json: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline port-forward`: until Ctrl-C, whatever happens to the copies of the service. */
export async function runPortForward({
  options,
  operands,
  project,
  io,
}: PortForwardInvocation): Promise<number> {
  const [name = '', ...asked] = operands;
  const { address, index, json } = options;
  await using session = await open({ project, io }, { quiet: true, enabled: [name] });
  const [named] = servicesNamed(session, [name]);
  const service = session.project.services.find((each) => each.name === named);
  if (service === undefined) return ExitCode.failed;
  using forwards = await forwardPorts(
    session,
    {
      service: service.name,
      addresses: address.length > 0 ? address : ['127.0.0.1'],
      ports: forwardsOf(service, asked),
      ...(index !== undefined && { number: index }),
    },
    { signal: io.signal, onTrouble: sayWhenNew(io) },
  );
  for (const each of forwards.open)
    io.stdout.write(json ? `${JSON.stringify({ service: name, ...each })}\n` : lineOf(name, each));
  await untilInterrupted(io);
  return ExitCode.interrupted;
}

function lineOf(service: string, { address, local, remote }: OpenForward): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${host}:${local} -> ${service}:${remote}\n`;
}
