import { type Command, defineCommand } from '../command.ts';

export const stats: Command = defineCommand({
  name: 'stats',
  summary: 'Show once what running containers use',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print the list as JSON' },
    noStream: {
      kind: 'switch',
      flags: '--no-stream',
      about: 'Accepted for compatibility: it is shown once',
    },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'stats', operands, project, io }, async ({ tools, names }) => {
      const { renderUsage } = await import('../../report/container-tables.ts');
      const rows = await tools.usage(names, io);
      io.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : renderUsage(rows));
      return 0;
    });
  },
});
