import { type Command, defineCommand } from '../command.ts';

export const push: Command = defineCommand({
  name: 'push',
  summary: 'Send the built images of services to their registries',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'push', operands, project, io }, async (opened) => {
      const emit = opened.journal(options.json);
      await opened.tools.push(opened.services, { signal: io.signal, emit });
      return 0;
    });
  },
});
