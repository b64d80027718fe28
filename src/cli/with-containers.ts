import { containerToolsOf, servicesOf } from '../actions/container-tools.ts';
import { Interrupted } from '../actions/interrupted.ts';
import { servicesNamed } from '../actions/session.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { EventBody } from '../model/event.ts';
import type { Service, ServiceName } from '../model/project.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { journalFor, open } from './open.ts';

interface ContainersInvocation {
  readonly name: string;
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

interface OpenedContainers {
  readonly tools: ReturnType<typeof containerToolsOf>;
  /** As the user named them; none means all. */
  readonly names: readonly ServiceName[];
  readonly services: readonly Service[];
  readonly journal: (json: boolean) => (body: EventBody) => void;
}

/** Runs a command about containers, on an engine that has some. */
export async function withContainers(
  { name, operands, project, io }: ContainersInvocation,
  act: (opened: OpenedContainers) => Promise<number>,
): Promise<number> {
  await using session = await open({ project, io }, { quiet: true, enabled: operands });
  const names = servicesNamed(session, operands);
  const tools = containerToolsOf(session, name);
  try {
    return await act({
      tools,
      names,
      services: servicesOf(session, names),
      journal: (json) => journalFor(session, name, { io, json }),
    });
  } catch (error) {
    if (error instanceof Interrupted || io.signal.aborted) return ExitCode.interrupted;
    throw error;
  }
}
