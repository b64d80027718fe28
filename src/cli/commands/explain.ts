import { type Command, defineCommand } from '../command.ts';

export const explain: Command = defineCommand({
  name: 'explain',
  summary: 'Say what a code means, why, and how it is right; without a code, list all',
  operands: '[code...]',
  options: { json: { kind: 'switch', flags: '--json', about: 'Print as JSON' } },
  examples: ['bowline explain compose/unknown-key', 'bowline explain port-taken'],
  async run({ options, operands, io }) {
    const { runExplain } = await import('../run-explain.ts');
    return runExplain({ options, operands, io });
  },
});
