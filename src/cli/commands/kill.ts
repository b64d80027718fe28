import { type Command, defineCommand } from '../command.ts';

export const kill: Command = defineCommand({
  name: 'kill',
  summary: 'Send a signal to containers',
  operands: '[service...]',
  options: {
    signal: {
      kind: 'text',
      flags: '-s, --signal <name>',
      about: 'Signal to send (default: SIGKILL)',
    },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'kill', operands, project, io }, async ({ tools, names }) => {
      const killed = await tools.signal(names, {
        signal: io.signal,
        name: options.signal ?? 'SIGKILL',
      });
      io.stderr.write(
        killed.map((name) => `${name} got ${options.signal ?? 'SIGKILL'}\n`).join(''),
      );
      return 0;
    });
  },
});
