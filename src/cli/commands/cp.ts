import { type Command, defineCommand } from '../command.ts';

export const cp: Command = defineCommand({
  name: 'cp',
  summary: 'Copy files between this machine and a container: SERVICE:PATH names the latter',
  operands: '<from> <to>',
  options: {
    index: { kind: 'number', flags: '--index <number>', about: 'Which copy of the service' },
  },
  examples: ['bowline cp web:/app/log ./log', 'bowline cp ./seed.sql db:/tmp/'],
  async run({ options, operands, project, io }) {
    const { runCopy } = await import('../run-copy.ts');
    return runCopy({ options, operands, project, io });
  },
});
