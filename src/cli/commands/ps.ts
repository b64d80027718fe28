import { type Command, defineCommand } from '../command.ts';

export const ps: Command = defineCommand({
  name: 'ps',
  summary: 'List what runs',
  operands: '[service...]',
  options: {
    all: { kind: 'switch', flags: '-a, --all', about: 'Also what has stopped' },
    quiet: { kind: 'switch', flags: '-q, --quiet', about: 'Names only' },
    services: { kind: 'switch', flags: '--services', about: 'Services only' },
    status: {
      kind: 'list',
      flags: '--status <state>',
      about: 'Only those that are running, restarting, exited or created',
    },
    format: {
      kind: 'choice',
      choices: ['table', 'json'],
      flags: '--format <format>',
      about: 'A table, or one JSON object a line',
    },
    json: { kind: 'switch', flags: '--json', about: 'The same as --format json' },
    noTrunc: { kind: 'switch', flags: '--no-trunc', about: 'Shorten nothing' },
  },
  async run({ options, operands, project, io }) {
    const { openToLook } = await import('../open-to-look.ts');
    const { servicesNamed } = await import('../../actions/session.ts');
    const { psJson, renderPs } = await import('../../report/ps.ts');
    const { exitCodeOfState } = await import('../exit-code-of-state.ts');
    await using session = await openToLook({ project, io });
    const services = servicesNamed(session, operands);
    const { replicas } = await session.engine.observe({ signal: io.signal });
    const shown = replicas
      .filter(({ service }) => services.length === 0 || services.includes(service))
      .filter(({ state }) =>
        options.status.length > 0
          ? options.status.includes(state.kind)
          : options.all || state.kind === 'running' || state.kind === 'restarting',
      );
    const { width } = io.stdout;
    const style = {
      nowMs: Date.now(),
      project: session.project.name,
      exitCode: exitCodeOfState,
      ...(width !== undefined && !options.noTrunc && { width }),
    };
    if (options.quiet) io.stdout.write(shown.map(({ name }) => `${name}\n`).join(''));
    else if (options.services)
      io.stdout.write([...new Set(shown.map(({ service }) => `${service}\n`))].join(''));
    else if (options.json || options.format === 'json') {
      io.stdout.write(
        shown.map((replica) => `${JSON.stringify(psJson(replica, style))}\n`).join(''),
      );
    } else io.stdout.write(renderPs(shown, style));
    return 0;
  },
});
