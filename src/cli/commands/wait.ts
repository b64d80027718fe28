import { type Command, defineCommand } from '../command.ts';

export const wait: Command = defineCommand({
  name: 'wait',
  summary: 'Wait until services have ended; give the exit code of the first that failed',
  operands: '<service...>',
  options: {},
  async run({ operands, project, io }) {
    const { runWait } = await import('../run-wait.ts');
    return runWait({ operands, project, io });
  },
});
