import { type Command, defineCommand } from '../command.ts';

export const run: Command = defineCommand({
  name: 'run',
  summary: 'Run a service once, with another command',
  operands: '<service> [command] [args...]',
  passThrough: true,
  options: {
    rm: {
      kind: 'switch',
      flags: '--rm',
      about: 'Accepted for compatibility: nothing is left behind',
    },
    noDeps: {
      kind: 'switch',
      flags: '--no-deps',
      about: 'Do not bring up what the service depends on',
    },
    env: {
      kind: 'list',
      flags: '-e, --env <name=value>',
      about: 'Variable for the command; may be repeated',
    },
    workdir: { kind: 'text', flags: '-w, --workdir <path>', about: 'Folder to run in' },
    build: { kind: 'switch', flags: '--build', about: 'Run the set-up steps of Dockerfiles again' },
    noTty: {
      kind: 'switch',
      flags: '-T, --no-tty',
      about: 'Without a terminal; natively the terminal is passed on as it is',
    },
    entrypoint: {
      kind: 'text',
      flags: '--entrypoint <command>',
      about: 'In place of the entrypoint',
    },
  },
  examples: ['bowline run --rm web npm test', 'bowline run -e DEBUG=1 web node scripts/import.js'],
  async run({ options, operands, project, io }) {
    const { runRun } = await import('../run-run.ts');
    return runRun({ options, operands, project, io });
  },
});
