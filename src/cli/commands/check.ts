import { type Command, defineCommand } from '../command.ts';

export const check: Command = defineCommand({
  name: 'check',
  summary: 'Find every mistake in the file at once; touch nothing',
  options: {
    fix: {
      kind: 'switch',
      flags: '--fix',
      about: 'Show the changes that put right what can be put right, and make them when you agree',
    },
    yes: { kind: 'switch', flags: '-y, --yes', about: 'With --fix: make them without asking' },
    json: { kind: 'switch', flags: '--json', about: 'Print what was found as JSON' },
    sarif: { kind: 'switch', flags: '--sarif', about: 'Print what was found as SARIF 2.1.0' },
    strict: { kind: 'switch', flags: '--strict', about: 'Fail for warnings, too' },
    engine: {
      kind: 'choice',
      choices: ['native', 'docker', 'kubernetes'],
      flags: '--engine <name>',
      about: 'Say of every key that is used what this engine makes of it',
    },
  },
  examples: [
    'bowline check --fix',
    'bowline check --engine kubernetes',
    'bowline check --strict --sarif > bowline.sarif',
  ],
  async run({ options, project, io }) {
    const { runCheck } = await import('../run-check.ts');
    return runCheck({ options, project, io });
  },
});
