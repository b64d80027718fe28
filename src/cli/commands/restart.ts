import { type Command, defineCommand } from '../command.ts';
import { leaseOptions } from '../lease-options.ts';

export const restart: Command = defineCommand({
  name: 'restart',
  summary: 'Stop services and start them again, as they were',
  operands: '[service...]',
  options: {
    ...leaseOptions,
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run(invocation) {
    const { runLifecycle } = await import('../run-lifecycle.ts');
    return runLifecycle('restart', invocation);
  },
});
