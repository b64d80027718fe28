import { containerToolsOf, servicesOf } from '../actions/container-tools.ts';
import { servicesNamed, type Session } from '../actions/session.ts';
import { down } from '../actions/stop.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { ObservedVolume } from '../model/observed-volume.ts';
import { usedInWords } from '../report/volumes.ts';
import type { ProjectOptions } from './command.ts';
import { finishAction } from './finish-action.ts';
import type { Io } from './io.ts';
import { type LeaseFlags, leaseWaitOf } from './lease-options.ts';
import { journalFor, open } from './open.ts';

interface DownInvocation {
  readonly options: LeaseFlags & {
    readonly volumes: boolean;
    readonly rmi: 'local' | 'all' | undefined;
    readonly yes: boolean;
    readonly json: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline down`: asks before data is lost. */
export async function runDown({ options, operands, project, io }: DownInvocation): Promise<number> {
  await using session = await open({ project, io }, { quiet: true });
  const services = servicesNamed(session, operands);
  if (options.volumes && !options.yes && !(await agreed(session, io))) {
    io.stderr.write('Nothing was removed.\n');
    return ExitCode.wrong;
  }
  const emit = journalFor(session, 'down', { io, json: options.json });
  const outcome = await down(
    session,
    { volumes: options.volumes, services },
    { ...leaseWaitOf(options), signal: io.signal, emit },
  );
  if (options.rmi !== undefined && outcome.kind === 'done') {
    const tools = containerToolsOf(session, 'down --rmi');
    const chosen = servicesOf(session, services);
    await tools.removeImages(chosen, { which: options.rmi, signal: io.signal, emit });
  }
  return finishAction({
    session,
    outcome,
    io,
    json: options.json,
    headline: `down of ${session.project.name} failed`,
  });
}

/** Names what would be lost and asks for the project's name. Without a terminal it refuses. */
async function agreed(session: Session, io: Io): Promise<boolean> {
  const { name } = session.project;
  const found = await session.engine.volumes({ signal: io.signal, count: true });
  const volumes = found
    .filter(({ state, isExternal }) => state !== 'absent' && !isExternal)
    .map((volume) => ({ name: volume.name, size: sizeInWords(volume) }));
  if (volumes.length === 0) return true;
  const list = volumes.map((volume) => `  ${volume.name}  ${volume.size}\n`).join('');
  const answer = await io.ask(
    `This deletes the data of project ${name} for good:\n${list}There is no backup that bowline knows of.\nType the project's name to go on: `,
  );
  if (answer === undefined) {
    throw new ComposeError(
      [
        {
          code: 'arguments/needs-yes',
          severity: 'error',
          message: `down -v would delete ${volumes.length === 1 ? 'the volume' : `${volumes.length} volumes`} of project ${name}, and there is no terminal to ask at`,
          help: `Say bowline down -v --yes if that is meant. At stake: ${volumes.map((volume) => `${volume.name} (${volume.size})`).join(', ')}.`,
        },
      ],
      { sources: session.sources },
    );
  }
  return answer.trim() === name;
}

function sizeInWords({ used }: ObservedVolume): string {
  return used === undefined || used.kind === 'unknown' ? 'of unknown size' : usedInWords(used);
}
