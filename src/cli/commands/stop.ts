import { type Command, defineCommand } from '../command.ts';
import { leaseOptions } from '../lease-options.ts';

export const stop: Command = defineCommand({
  name: 'stop',
  summary: 'Stop services in order; keep them for start',
  operands: '[service...]',
  options: {
    ...leaseOptions,
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run(invocation) {
    const { runLifecycle } = await import('../run-lifecycle.ts');
    return runLifecycle('stop', invocation);
  },
});
