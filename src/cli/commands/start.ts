import { type Command, defineCommand } from '../command.ts';
import { leaseOptions } from '../lease-options.ts';

export const start: Command = defineCommand({
  name: 'start',
  summary: 'Start what was stopped, as it was',
  operands: '[service...]',
  options: {
    ...leaseOptions,
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run(invocation) {
    const { runLifecycle } = await import('../run-lifecycle.ts');
    return runLifecycle('start', invocation);
  },
});
