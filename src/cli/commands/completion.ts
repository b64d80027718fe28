import { type Command, defineCommand } from '../command.ts';

export const completion: Command = defineCommand({
  name: 'completion',
  summary: 'Print the completion script for a shell',
  operands: '<shell>',
  options: {},
  examples: ['source <(bowline completion bash)', 'bowline completion zsh > ~/.zfunc/_bowline'],
  async run({ operands }) {
    const { runCompletion } = await import('../run-completion.ts');
    return runCompletion(operands[0] ?? '');
  },
});
