import { type Command, defineCommand } from '../command.ts';

export const check: Command = defineCommand({
  name: 'check',
  summary: 'Find every mistake in the file at once; touch nothing',
  options: {
    json: { kind: 'switch', flags: '--json', about: 'Print what was found as JSON' },
    strict: { kind: 'switch', flags: '--strict', about: 'Fail for warnings, too' },
  },
  async run({ options, project, io }) {
    const { runCheck } = await import('../run-check.ts');
    return runCheck({ options, project, io });
  },
});
