import { type Command, defineCommand } from '../command.ts';

export const config: Command = defineCommand({
  name: 'config',
  summary: 'Print the project as it is understood',
  operands: '[service...]',
  options: {
    format: {
      kind: 'choice',
      choices: ['yaml', 'json'],
      flags: '--format <format>',
      about: 'yaml (the default) or json',
    },
    services: { kind: 'switch', flags: '--services', about: 'Names of services only' },
    volumes: { kind: 'switch', flags: '--volumes', about: 'Names of volumes only' },
    images: { kind: 'switch', flags: '--images', about: 'Names of images only' },
    quiet: { kind: 'switch', flags: '-q, --quiet', about: 'Check only; print nothing' },
    output: { kind: 'text', flags: '-o, --output <file>', about: 'Write to a file' },
  },
  async run({ options, operands, project, io }) {
    const { runConfig } = await import('../run-config.ts');
    return runConfig({ options, operands, project, io });
  },
});
