import { type Command, defineCommand } from '../command.ts';

export const pull: Command = defineCommand({
  name: 'pull',
  summary: 'Fetch the images of services',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'pull', operands, project, io }, async (opened) => {
      const emit = opened.journal(options.json);
      await opened.tools.pull(opened.services, { signal: io.signal, emit, which: 'all' });
      return 0;
    });
  },
});
