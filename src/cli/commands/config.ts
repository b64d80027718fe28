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
    networks: { kind: 'switch', flags: '--networks', about: 'Names of networks only' },
    models: { kind: 'switch', flags: '--models', about: 'Names of models only' },
    profiles: { kind: 'switch', flags: '--profiles', about: 'Names of profiles only' },
    images: { kind: 'switch', flags: '--images', about: 'Names of images only' },
    hash: {
      kind: 'text',
      flags: '--hash <services>',
      about: "Docker Compose's fingerprint of services, as in web,db; * is all of them",
    },
    variables: {
      kind: 'switch',
      flags: '--variables',
      about: 'Variables that the files use, with their defaults',
    },
    environment: {
      kind: 'switch',
      flags: '--environment',
      about: 'Variables that the files see, with their values',
    },
    origins: {
      kind: 'switch',
      flags: '--origins',
      about: 'Where each value was written, and which variables it took from where',
    },
    noInterpolate: {
      kind: 'switch',
      flags: '--no-interpolate',
      about: 'Leave variables as they are written',
    },
    noNormalize: {
      kind: 'switch',
      flags: '--no-normalize',
      about: 'Add no default network, names and dependencies',
    },
    noPathResolution: {
      kind: 'switch',
      flags: '--no-path-resolution',
      about: 'Leave paths relative',
    },
    noConsistency: {
      kind: 'switch',
      flags: '--no-consistency',
      about: 'Do not check how parts fit together',
    },
    quiet: { kind: 'switch', flags: '-q, --quiet', about: 'Check only; print nothing' },
    output: { kind: 'text', flags: '-o, --output <file>', about: 'Write to a file' },
  },
  async run({ options, operands, project, io }) {
    const { runConfig } = await import('../run-config.ts');
    return runConfig({ options, operands, project, io });
  },
});
