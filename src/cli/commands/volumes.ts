import { type Command, defineCommand } from '../command.ts';

export const volumes: Command = defineCommand({
  name: 'volumes',
  summary: 'List volumes: who has them, how much is in them, what becomes of them',
  operands: '[service...]',
  options: {
    quiet: { kind: 'switch', flags: '-q, --quiet', about: 'Names only; counts nothing' },
    format: {
      kind: 'choice',
      choices: ['table', 'json'],
      flags: '--format <format>',
      about: 'A table, or a list in JSON',
    },
    json: { kind: 'switch', flags: '--json', about: 'The same as --format json' },
  },
  async run(invocation) {
    const { runVolumes } = await import('../run-volumes.ts');
    return runVolumes(invocation);
  },
});
