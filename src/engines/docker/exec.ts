import type { ExecRequest } from '../../engine/engine.ts';
import { RunError } from '../../model/finding.ts';
import type { ExitStatus } from '../../model/observed.ts';
import { passThrough } from './attached.ts';
import { containersOf, numberOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { explainRefusal } from './failures.ts';

/** Runs a command in the container of a service that runs: with a terminal if we have one. */
export async function exec(
  context: DockerContext,
  request: ExecRequest,
  signal: AbortSignal,
): Promise<ExitStatus> {
  const { api } = context;
  const { streams, command, environment, workingDir, user, privileged } = request;
  const container = await runningContainer(context, request, signal);
  const tty = request.tty ?? streams.terminal !== undefined;
  try {
    const { Id } = await api.call<{ readonly Id: string }>({
      method: 'POST',
      path: `/containers/${container}/exec`,
      body: {
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: tty,
        Cmd: command,
        Env: [...environment].map(([name, value]) => `${name}=${value}`),
        ...(workingDir !== undefined && { WorkingDir: workingDir }),
        ...(user !== undefined && { User: user }),
        ...(privileged === true && { Privileged: true }),
      },
      signal,
    });
    const connection = await api.open({
      method: 'POST',
      path: `/exec/${Id}/start`,
      body: { Detach: false, Tty: tty },
      signal,
    });
    const resize = (w: number, h: number): void => {
      // A size that comes too late, or too early, is of no matter.
      api
        .call({ method: 'POST', path: `/exec/${Id}/resize`, query: { w, h }, signal })
        .catch(() => {});
    };
    await passThrough(connection, { streams, tty, resize, signal });
    return { kind: 'code', code: await exitCodeOf(context, Id, signal) };
  } catch (error) {
    signal.throwIfAborted();
    throw explainRefusal(error, { service: request.service, doing: `exec ${command.join(' ')}` });
  }
}

async function exitCodeOf(
  { api }: DockerContext,
  id: string,
  signal: AbortSignal,
): Promise<number> {
  const { ExitCode } = await api.call<{ readonly ExitCode: number | null }>({
    path: `/exec/${id}/json`,
    signal,
  });
  return ExitCode ?? 255;
}

/** The one with the number that was asked for, else the lowest. */
async function runningContainer(
  context: DockerContext,
  { service, number }: ExecRequest,
  signal: AbortSignal,
): Promise<string> {
  const all = await containersOf(context, service, signal);
  const running = all.filter(({ State }) => State.Status === 'running');
  const found = running.find((each) => number === undefined || numberOf(each) === number);
  if (found !== undefined) return found.Id;
  throw new RunError([
    {
      code: 'docker/not-running',
      service,
      cause:
        number === undefined
          ? `no container of ${service} is running`
          : `container ${number} of ${service} is not running`,
      fix: [`Start it: bowline up -d ${service}; bowline ps -a shows what there is.`],
    },
  ]);
}
