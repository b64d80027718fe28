import { type Command, defineCommand } from '../command.ts';
import { leaseOptions } from '../lease-options.ts';

export const down: Command = defineCommand({
  name: 'down',
  summary: 'Stop and remove services; volumes are kept',
  operands: '[service...]',
  options: {
    volumes: {
      kind: 'switch',
      flags: '-v, --volumes',
      about: 'Remove volumes too, with their data; asks for the project name',
    },
    rmi: {
      kind: 'choice',
      choices: ['local', 'all'],
      flags: '--rmi <which>',
      about: 'Remove images, too: those without a name in the file, or all',
    },
    yes: { kind: 'switch', flags: '-y, --yes', about: 'Do not ask' },
    removeOrphans: {
      kind: 'switch',
      flags: '--remove-orphans',
      about: 'Accepted for compatibility: orphans always go',
    },
    ...leaseOptions,
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run(invocation) {
    const { runDown } = await import('../run-down.ts');
    return runDown(invocation);
  },
});
