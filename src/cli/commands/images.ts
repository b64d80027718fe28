import { type Command, defineCommand } from '../command.ts';

export const images: Command = defineCommand({
  name: 'images',
  summary: 'List the images that containers were made of',
  operands: '[service...]',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print the list as JSON' },
  },
  async run({ options, operands, project, io }) {
    const { withContainers } = await import('../with-containers.ts');
    return withContainers({ name: 'images', operands, project, io }, async ({ tools, names }) => {
      const { renderImages } = await import('../../report/container-tables.ts');
      const rows = await tools.images(names, io);
      io.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : renderImages(rows));
      return 0;
    });
  },
});
