import { servicesNamed } from '../actions/session.ts';
import { RunError } from '../model/finding.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { open } from './open.ts';

interface PortInvocation {
  readonly options: {
    readonly protocol: 'tcp' | 'udp' | undefined;
    readonly index: number | undefined;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline port SERVICE PORT`: address and port, as `docker compose port` prints them. */
export async function runPort({ options, operands, project, io }: PortInvocation): Promise<number> {
  const [name = '', written = ''] = operands;
  const { protocol = 'tcp', index } = options;
  await using session = await open({ project, io }, { quiet: true, enabled: [name] });
  const services = servicesNamed(session, [name]);
  const { replicas } = await session.engine.observe({ signal: io.signal });
  const found = replicas
    .filter(({ service, number }) => services.includes(service) && number === (index ?? number))
    .flatMap(({ ports }) => ports)
    .find((port) => String(port.target) === written && port.protocol === protocol);
  if (found === undefined) {
    throw new RunError([
      {
        code: 'engine/no-port',
        service: name,
        cause: `port ${written}/${protocol} of ${name} is not published by anything that runs`,
        fix: ['bowline ps shows what is published, and where.'],
      },
    ]);
  }
  const host = found.hostIp.includes(':') ? `[${found.hostIp}]` : found.hostIp;
  io.stdout.write(`${host === '' ? '0.0.0.0' : host}:${found.published}\n`);
  return ExitCode.done;
}
