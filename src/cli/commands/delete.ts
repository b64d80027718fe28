import { type Command, defineCommand } from '../command.ts';

export const deleteManifests: Command = defineCommand({
  name: 'delete',
  summary: 'Delete what Kubernetes manifests describe; what holds data is kept',
  options: {
    file: {
      kind: 'list',
      flags: '-f, --file <path>',
      about: 'Manifest, or folder of manifests; may be repeated; - is standard input',
    },
    volumes: {
      kind: 'switch',
      flags: '-v, --volumes',
      about: 'Delete claims, volumes and namespaces too, with their data; asks for the name',
    },
    yes: { kind: 'switch', flags: '-y, --yes', about: 'Do not ask' },
    timeout: {
      kind: 'number',
      flags: '--timeout <seconds>',
      about: 'How long to wait (default: 120)',
    },
    dryRun: { kind: 'switch', flags: '--dry-run', about: 'Only say what would be deleted' },
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  examples: ['bowline delete -f k8s/'],
  async run(invocation) {
    const { runDelete } = await import('../run-delete.ts');
    return runDelete(invocation);
  },
});
