import { secretsIn } from '../../model/secrets.ts';
import { type Command, defineCommand } from '../command.ts';

export const build: Command = defineCommand({
  name: 'build',
  summary: 'Build the images of services',
  operands: '[service...]',
  options: {
    noCache: { kind: 'switch', flags: '--no-cache', about: 'Run every step again' },
    pull: { kind: 'switch', flags: '--pull', about: 'Fetch newer base images' },
    buildArg: {
      kind: 'list',
      flags: '--build-arg <name=value>',
      about: 'Argument of the build; may be repeated',
    },
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'build', operands, project, io }, async (opened) => {
      const { parseVariables } = await import('../parse-variables.ts');
      const args = parseVariables(options.buildArg, io.environment);
      for (const secret of secretsIn(args)) io.secrets.add(secret);
      const emit = opened.journal(options.json);
      const built = opened.services.filter((service) => service.build !== undefined);
      await opened.tools.build(built, {
        signal: io.signal,
        emit,
        noCache: options.noCache,
        pull: options.pull,
        args,
      });
      return 0;
    });
  },
});
