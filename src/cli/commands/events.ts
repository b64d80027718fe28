import { type Command, defineCommand } from '../command.ts';

export const events: Command = defineCommand({
  name: 'events',
  summary: 'Follow what happens to containers',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'One JSON object a line' },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'events', operands, project, io }, async ({ tools, names }) => {
      const { renderContainerEvent } = await import('../../report/container-tables.ts');
      for await (const event of tools.events(names, io))
        io.stdout.write(options.json ? `${JSON.stringify(event)}\n` : renderContainerEvent(event));
      return 0;
    });
  },
});
