import type { ExecRequest } from '../../engine/engine.ts';
import type { PodStreams } from './exec-in-pod.ts';

/** The cluster knows neither variables nor a folder for a command: `env` and a shell do. */
export function withSurroundings({
  command,
  environment,
  workingDir,
}: ExecRequest): readonly string[] {
  const variables = [...environment].map(([name, value]) => `${name}=${value}`);
  const inside = variables.length === 0 ? command : ['env', ...variables, ...command];
  if (workingDir === undefined) return inside;
  return ['/bin/sh', '-c', 'cd -- "$0" && exec "$@"', workingDir, ...inside];
}

/** A terminal gives every key as it is typed, until the command has ended. */
export function podStreams({ streams, tty }: ExecRequest): PodStreams & Disposable {
  const { stdin, stdout, stderr, terminal } = streams;
  const isTerminal = terminal !== undefined && tty !== false;
  if (isTerminal) terminal.setRaw(true);
  return {
    stdin,
    stdout,
    stderr,
    ...(isTerminal && {
      terminal: { size: () => terminal.size(), onResize: (heard) => terminal.onResize(heard) },
    }),
    [Symbol.dispose]: () => {
      if (isTerminal) terminal.setRaw(false);
    },
  };
}
