import { type Command, defineCommand } from '../command.ts';

export const portForward: Command = defineCommand({
  name: 'port-forward',
  summary: 'Reach ports of a service from this machine, also while its copies are replaced',
  operands: '<service> [ports...]',
  options: {
    address: {
      kind: 'list',
      flags: '--address <address>',
      about: 'Of this machine, to listen on; may be repeated (default: 127.0.0.1)',
    },
    index: {
      kind: 'number',
      flags: '--index <number>',
      about: 'Always that copy of the service (default: one that is ready)',
    },
    json: { kind: 'switch', flags: '--json', about: 'One JSON object a port' },
  },
  examples: [
    'bowline port-forward web',
    'bowline port-forward web 8080:80 9090',
    'bowline port-forward db :5432',
  ],
  async run({ options, operands, project, io }) {
    const { runPortForward } = await import('../run-port-forward.ts');
    return runPortForward({ options, operands, project, io });
  },
});
