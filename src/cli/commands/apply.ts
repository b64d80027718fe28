import { type Command, defineCommand } from '../command.ts';

export const apply: Command = defineCommand({
  name: 'apply',
  summary: 'Apply Kubernetes manifests in order, and wait until they work',
  options: {
    file: {
      kind: 'list',
      flags: '-f, --file <path>',
      about: 'Manifest, or folder of manifests; may be repeated; - is standard input',
    },
    forceConflicts: {
      kind: 'switch',
      flags: '--force-conflicts',
      about: 'Take over fields that another program has set',
    },
    noPrune: {
      kind: 'switch',
      flags: '--no-prune',
      about: 'Keep what was applied before and is no longer in the folder',
    },
    noWait: { kind: 'switch', flags: '--no-wait', about: 'Do not wait until everything works' },
    timeout: {
      kind: 'number',
      flags: '--timeout <seconds>',
      about: 'How long to wait (default: 300)',
    },
    dryRun: {
      kind: 'switch',
      flags: '--dry-run',
      about: 'Ask the cluster what would become of it, and change nothing',
    },
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  examples: [
    'bowline apply -f k8s/',
    'bowline apply -f db.yaml -f web.yaml --context staging -n shop',
  ],
  async run(invocation) {
    const { runApply } = await import('../run-apply.ts');
    return runApply(invocation);
  },
});
