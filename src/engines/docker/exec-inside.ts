import type { DockerContext } from './context.ts';
import { demultiplex } from './demultiplex.ts';

export interface ExecInsideOptions {
  readonly command: readonly string[];
  readonly environment?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly privileged?: boolean;
  readonly signal: AbortSignal;
}

export interface ExecResult {
  readonly exitCode: number;
  /** Both streams as they came, the last 16 KiB. */
  readonly output: string;
}

const KEPT = 16_384;

/** Runs a command in a container to its end, without a terminal and without input. */
export async function execInside(
  { api }: Pick<DockerContext, 'api'>,
  container: string,
  { command, environment = [], user, workingDir, privileged, signal }: ExecInsideOptions,
): Promise<ExecResult> {
  const { Id } = await api.call<{ readonly Id: string }>({
    method: 'POST',
    path: `/containers/${container}/exec`,
    body: {
      AttachStdout: true,
      AttachStderr: true,
      Cmd: command,
      Env: environment,
      ...(user !== undefined && { User: user }),
      ...(workingDir !== undefined && { WorkingDir: workingDir }),
      ...(privileged === true && { Privileged: true }),
    },
    signal,
  });
  const stream = await api.stream({
    method: 'POST',
    path: `/exec/${Id}/start`,
    body: { Detach: false, Tty: false },
    signal,
  });
  let output = '';
  for await (const { bytes } of demultiplex(stream)) {
    output = (output + bytes.toString('utf8')).slice(-KEPT);
  }
  const { ExitCode } = await api.call<{ readonly ExitCode: number | null }>({
    path: `/exec/${Id}/json`,
    signal,
  });
  return { exitCode: ExitCode ?? -1, output };
}
