import { type Command, defineCommand } from '../command.ts';

export const doctor: Command = defineCommand({
  name: 'doctor',
  summary: 'Say why services do not work: cause, proof, fix',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print one JSON document' },
  },
  examples: ['bowline doctor', 'bowline doctor web --json'],
  async run(invocation) {
    const { runDoctor } = await import('../run-doctor.ts');
    return runDoctor(invocation);
  },
});
