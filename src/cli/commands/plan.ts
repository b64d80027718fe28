import { type Command, defineCommand } from '../command.ts';

export const plan: Command = defineCommand({
  name: 'plan',
  summary: 'Show what up would do, and do nothing',
  operands: '[service...]',
  options: {
    exitCode: {
      kind: 'switch',
      flags: '--exit-code',
      about: 'Exit with 3 when there is something to do',
    },
    build: { kind: 'switch', flags: '--build', about: 'As up --build' },
    forceRecreate: { kind: 'switch', flags: '--force-recreate', about: 'As up --force-recreate' },
    noRecreate: { kind: 'switch', flags: '--no-recreate', about: 'As up --no-recreate' },
    noDeps: { kind: 'switch', flags: '--no-deps', about: 'As up --no-deps' },
    removeOrphans: { kind: 'switch', flags: '--remove-orphans', about: 'As up --remove-orphans' },
    scale: {
      kind: 'list',
      flags: '--scale <service=copies>',
      about: 'As up --scale; may be repeated',
    },
    json: { kind: 'switch', flags: '--json', about: 'Print the plan as JSON' },
  },
  examples: ['bowline plan', 'bowline plan --exit-code web', 'bowline plan --json | jq .steps'],
  async run(invocation) {
    const { runPlan } = await import('../run-plan.ts');
    return runPlan(invocation);
  },
});
