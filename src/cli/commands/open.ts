import { type Command, defineCommand } from '../command.ts';

export const open: Command = defineCommand({
  name: 'open',
  summary: 'Open a service in the browser, or print where it answers',
  operands: '[service]',
  options: {
    port: {
      kind: 'number',
      flags: '--port <number>',
      about: 'On which the service listens, if on several',
    },
    print: { kind: 'switch', flags: '--print', about: 'Print the address only' },
  },
  examples: ['bowline open web', 'curl "$(bowline open web)"'],
  async run({ options, operands, project, io }) {
    const { runOpen } = await import('../run-open.ts');
    return runOpen({ options, operands, project, io });
  },
});
