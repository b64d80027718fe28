import { type Command, defineCommand } from '../command.ts';

export const logs: Command = defineCommand({
  name: 'logs',
  summary: 'Show what services wrote',
  operands: '[service...]',
  options: {
    follow: { kind: 'switch', flags: '-f, --follow', about: 'Go on with what is written from now' },
    tail: {
      kind: 'text',
      flags: '-n, --tail <lines>',
      about: 'Last lines of each service, or all',
    },
    since: {
      kind: 'text',
      flags: '--since <time>',
      about: 'From then on: 2026-11-21T08:00:00Z, or 10m for ten minutes ago',
    },
    until: { kind: 'text', flags: '--until <time>', about: 'Until then' },
    timestamps: { kind: 'switch', flags: '-t, --timestamps', about: 'Print the time of each line' },
    noLogPrefix: {
      kind: 'switch',
      flags: '--no-log-prefix',
      about: 'Print lines without the name of their service',
    },
    task: {
      kind: 'switch',
      flags: '--task',
      about: 'What the last run of the release task wrote, instead',
    },
    previous: {
      kind: 'switch',
      flags: '--previous',
      about:
        'On a cluster: what the container before wrote, of pods whose container was started again',
    },
    json: { kind: 'switch', flags: '--json', about: 'One JSON object a line' },
  },
  examples: ['bowline logs -f web', 'bowline logs --task web', 'bowline logs --previous web'],
  async run({ options, operands, project, io }) {
    const { runLogs } = await import('../run-logs.ts');
    return runLogs({ options, operands, project, io });
  },
});
