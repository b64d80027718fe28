import type { OptionDeclarations } from './command.ts';

/** Accepted before every command's name, and after it where the letter is free. */
export const projectOptions: OptionDeclarations = {
  file: {
    kind: 'list',
    flags: '-f, --file <path>',
    about: 'Compose file; may be repeated; - is standard input',
  },
  projectName: { kind: 'text', flags: '-p, --project-name <name>', about: 'Project name' },
  projectDirectory: {
    kind: 'text',
    flags: '--project-directory <path>',
    about: 'Folder that relative paths start from',
  },
  profile: { kind: 'list', flags: '--profile <name>', about: 'Profile to switch on' },
  envFile: {
    kind: 'list',
    flags: '--env-file <path>',
    about: 'File with variables for the Compose file, in place of .env',
  },
  environment: {
    kind: 'text',
    flags: '-E, --environment <name>',
    about: 'Environment to work on (default: local)',
  },
  engine: {
    kind: 'choice',
    choices: ['native', 'docker', 'kubernetes'],
    flags: '--engine <name>',
    about:
      'Where services run (default: where they ran before, else docker if it is reachable, else native)',
  },
  context: {
    kind: 'text',
    flags: '--context <name>',
    about: 'Cluster and user, as the kubeconfig calls them (default: its current context)',
  },
  namespace: {
    kind: 'text',
    flags: '-n, --namespace <name>',
    about: 'Namespace of the cluster (default: that of the context)',
  },
  isolation: {
    kind: 'choice',
    choices: ['auto', 'mount', 'none'],
    flags: '--isolation <level>',
    about: 'Container paths and names: a mount namespace, or visible rewriting (default: auto)',
  },
  noColor: { kind: 'switch', flags: '--no-color', about: 'Print without colour' },
};
