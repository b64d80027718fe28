import { type Command, defineCommand } from '../command.ts';

export const top: Command = defineCommand({
  name: 'top',
  summary: 'List the processes inside running containers',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print the list as JSON' },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'top', operands, project, io }, async ({ tools, names }) => {
      const { renderProcesses } = await import('../../report/container-tables.ts');
      const tables = await tools.top(names, io);
      io.stdout.write(options.json ? `${JSON.stringify(tables)}\n` : renderProcesses(tables));
      return 0;
    });
  },
});
