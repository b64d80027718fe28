import { type Command, defineCommand } from '../command.ts';

export const version: Command = defineCommand({
  name: 'version',
  summary: 'Print the version',
  options: {
    short: { kind: 'switch', flags: '--short', about: 'The number alone' },
    json: { kind: 'switch', flags: '--json', about: 'As JSON' },
  },
  run({ options, io }) {
    const { version: number } = io.programs;
    const text = options.json ? JSON.stringify({ version: number }) : `bowline ${number}`;
    io.stdout.write(`${options.short ? number : text}\n`);
    return Promise.resolve(0);
  },
});
