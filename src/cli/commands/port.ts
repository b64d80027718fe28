import { type Command, defineCommand } from '../command.ts';

export const port: Command = defineCommand({
  name: 'port',
  summary: 'Print where a port of a service answers on this machine',
  operands: '<service> <port>',
  options: {
    protocol: {
      kind: 'choice',
      choices: ['tcp', 'udp'],
      flags: '--protocol <name>',
      about: 'Of the port (default: tcp)',
    },
    index: { kind: 'number', flags: '--index <number>', about: 'Which copy of the service' },
  },
  async run({ options, operands, project, io }) {
    const { runPort } = await import('../run-port.ts');
    return runPort({ options, operands, project, io });
  },
});
