import { type Command, defineCommand } from '../command.ts';

export const exec: Command = defineCommand({
  name: 'exec',
  summary: 'Run a command beside a running service, in its environment',
  operands: '<service> <command> [args...]',
  passThrough: true,
  options: {
    env: {
      kind: 'list',
      flags: '-e, --env <name=value>',
      about: 'Variable for the command; may be repeated',
    },
    workdir: { kind: 'text', flags: '-w, --workdir <path>', about: 'Folder to run in' },
    index: { kind: 'number', flags: '--index <number>', about: 'Which copy of the service' },
    noTty: {
      kind: 'switch',
      flags: '-T, --no-tty',
      about: 'Without a terminal; natively the terminal is passed on as it is',
    },
    privileged: {
      kind: 'switch',
      flags: '--privileged',
      about: 'With all rights inside the container; of no effect natively',
    },
    interactive: {
      kind: 'switch',
      flags: '-i, --interactive',
      about: 'Accepted for compatibility',
    },
    tty: { kind: 'switch', flags: '-t, --tty', about: 'Accepted for compatibility' },
    user: {
      kind: 'text',
      flags: '-u, --user <user>',
      about: 'As that user; natively there is one user: you',
    },
  },
  examples: ['bowline exec web sh', 'bowline exec db psql -U app'],
  async run({ options, operands, project, io }) {
    const { runExec } = await import('../run-exec.ts');
    return runExec({ options, operands, project, io });
  },
});
