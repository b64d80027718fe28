import { type Command, defineCommand } from '../command.ts';

export const render: Command = defineCommand({
  name: 'render',
  summary: 'Print the Kubernetes objects that the project becomes',
  options: {
    format: {
      kind: 'choice',
      choices: ['yaml', 'json', 'kustomize'],
      flags: '--format <format>',
      about: 'yaml (the default), json, or kustomize, which needs -o',
    },
    output: {
      kind: 'text',
      flags: '-o, --output <folder>',
      about: 'Write a file for each service into a folder',
    },
    report: {
      kind: 'switch',
      flags: '--report',
      about: 'Print what became of every value of the file, instead of the objects',
    },
    namespace: {
      kind: 'text',
      flags: '-n, --namespace <name>',
      about: 'Namespace of the objects (default: the name of the project)',
    },
  },
  examples: [
    'bowline render | kubectl apply --server-side -f -',
    'bowline render --report',
    'bowline render --format kustomize -o deploy/',
  ],
  async run({ options, project, io }) {
    const { runRender } = await import('../run-render.ts');
    return runRender({ options, project, io });
  },
});
