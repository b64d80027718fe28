import { type CommandOptions, command, endsSoon } from '../command.ts';

/** Debian's client, which can build with BuildKit by itself; the one that comes first in PATH may be another. */
const PROGRAM = '/usr/bin/docker';

/** Runs the command-line client against one engine, and gives what it wrote to stdout. */
export type Client = (args: readonly string[], options?: CommandOptions) => Promise<string>;

export function clientOf(socket: string): Client {
  return (args, options = {}) => {
    const environment = { ...endsSoon, ...options.environment, DOCKER_HOST: `unix://${socket}` };
    return command(PROGRAM, args, { ...options, environment });
  };
}

/** Whether an engine answers at the socket. */
export function answers(socket: string): Promise<boolean> {
  const url = ['--silent', '--fail', '--max-time', '5', '--unix-socket', socket];
  return command('curl', [...url, 'http://engine/_ping']).then(
    (answer) => answer === 'OK',
    () => false,
  );
}

/** Removes what users of an engine made, except images. */
export async function removeContainers(client: Client): Promise<void> {
  const containers = wordsOf(await client(['ps', '--all', '--quiet']));
  if (containers.length > 0) await client(['rm', '--force', '--volumes', ...containers]);
  const volumes = wordsOf(await client(['volume', 'ls', '--quiet']));
  if (volumes.length > 0) await client(['volume', 'rm', '--force', ...volumes]);
  await client(['network', 'prune', '--force']);
}

function wordsOf(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}
