import { type Command, defineCommand } from '../command.ts';

export const engines: Command = defineCommand({
  name: 'engines',
  summary: 'List where services can run from here, and why not elsewhere',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print the list as JSON' },
  },
  async run({ options, io }) {
    const { listEngines } = await import('../../actions/list-engines.ts');
    const { renderEngines } = await import('../../report/render-engines.ts');
    const found = await listEngines(io, { signal: io.signal });
    io.stdout.write(options.json ? `${JSON.stringify(found)}\n` : renderEngines(found));
    return 0;
  },
});
