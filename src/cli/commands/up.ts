import { type Command, defineCommand } from '../command.ts';
import { leaseOptions } from '../lease-options.ts';

export const up: Command = defineCommand({
  name: 'up',
  summary: 'Bring the whole stack up; ready when it says so',
  operands: '[service...]',
  options: {
    detach: {
      kind: 'switch',
      flags: '-d, --detach',
      about: 'Leave it running and give the terminal back',
    },
    build: { kind: 'switch', flags: '--build', about: 'Run the set-up steps of Dockerfiles again' },
    pull: {
      kind: 'choice',
      choices: ['always', 'missing', 'never', 'policy'],
      flags: '--pull <when>',
      about: 'Fetch images anew (always), or as the file says',
    },
    wait: {
      kind: 'switch',
      flags: '--wait',
      about: 'With -d: fail unless every service gets ready',
    },
    noWait: {
      kind: 'switch',
      flags: '--no-wait',
      about: 'With -d: do not wait until services are ready',
    },
    forceRecreate: {
      kind: 'switch',
      flags: '--force-recreate',
      about: 'Start anew what has not changed, too',
    },
    noRecreate: {
      kind: 'switch',
      flags: '--no-recreate',
      about: 'Leave what runs as it is, even if changed',
    },
    noDeps: {
      kind: 'switch',
      flags: '--no-deps',
      about: 'Only the services named, not what they depend on',
    },
    removeOrphans: {
      kind: 'switch',
      flags: '--remove-orphans',
      about: 'Take down services that the file no longer has',
    },
    scale: {
      kind: 'list',
      flags: '--scale <service=copies>',
      about: 'How many copies of a service, in place of what the file says; may be repeated',
    },
    registry: {
      kind: 'text',
      flags: '--registry <where>',
      about: 'For a cluster: push what is built here there (default: as the environment says)',
    },
    load: {
      kind: 'text',
      flags: '--load <how>',
      about: 'For a cluster without a registry: containerd, minikube, kind, k3d or a line of shell',
    },
    forceConflicts: {
      kind: 'switch',
      flags: '--force-conflicts',
      about: 'On a cluster: take fields over that other programs have set',
    },
    noLogPrefix: {
      kind: 'switch',
      flags: '--no-log-prefix',
      about: 'Print log lines without the name of their service',
    },
    timestamps: { kind: 'switch', flags: '--timestamps', about: 'Print the time of each log line' },
    yes: {
      kind: 'switch',
      flags: '-y, --yes',
      about: 'Run a release task again whose end nobody saw',
    },
    ...leaseOptions,
    json: { kind: 'switch', flags: '--json', about: 'Print events as JSON, one a line' },
  },
  examples: [
    'bowline up',
    'bowline up -d web',
    'bowline -f compose.yaml -f compose.dev.yaml up --build',
  ],
  async run(invocation) {
    const { runUp } = await import('../run-up.ts');
    return runUp(invocation);
  },
});
