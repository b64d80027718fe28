import { compose, type WrongInput } from './wrong-input.ts';

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => {
    const below = `*${'abcdefg'.charAt(index)}`;
    return `${name}: &${name} [${Array.from({ length: 10 }, () => below).join(', ')}]`;
  }),
].join('\n');

/** Text that is no YAML, or YAML that is no Compose file. */
export const yamlMistakes: readonly WrongInput[] = [
  {
    name: 'a tab as indentation',
    files: compose('services:\n  web:\n\timage: node:20\n'),
    exitCode: 2,
    codes: ['compose/yaml-syntax'],
    at: 'compose.yaml:3:1',
    says: ['tab', 'spaces'],
  },
  {
    name: 'a key twice',
    files: compose('services:\n  web:\n    image: node:20\n    image: node:22\n'),
    exitCode: 2,
    codes: ['compose/duplicate-key'],
    at: 'compose.yaml:4:5',
    says: ['image', 'compose.yaml:3:5'],
  },
  {
    name: 'a quote that never ends',
    files: compose('services:\n  web:\n    image: "node:20\n    command: [node]\n'),
    exitCode: 2,
    codes: ['compose/yaml-syntax'],
    at: 'compose.yaml:3:12',
    says: ['quote'],
  },
  {
    name: 'a bracket that never ends',
    files: compose('services:\n  web:\n    image: node:20\n    command: [node, x.js\n'),
    exitCode: 2,
    codes: ['compose/yaml-syntax'],
    at: 'compose.yaml:4:14',
    says: [']'],
  },
  {
    name: 'a line that is indented too far',
    files: compose('services:\n  web:\n    image: node:20\n      command: node x.js\n'),
    exitCode: 2,
    codes: ['compose/yaml-syntax'],
    at: 'compose.yaml:4:7',
    says: ['help:'],
  },
  {
    name: 'a list in place of the mapping',
    files: compose('- services\n- web\n'),
    exitCode: 2,
    codes: ['compose/wrong-form'],
    at: 'compose.yaml:1:1',
    says: ['services'],
  },
  {
    name: 'a service that is no mapping',
    files: compose('services:\n  web: node:20\n'),
    exitCode: 2,
    codes: ['compose/wrong-form'],
    at: 'compose.yaml:2:8',
    says: ['web'],
  },
  {
    name: 'an empty file',
    files: compose(''),
    exitCode: 2,
    codes: ['compose/empty-file'],
    at: 'compose.yaml:1:1',
    says: ['services'],
  },
  {
    name: 'a file with comments only',
    files: compose('# services:\n#   web:\n'),
    exitCode: 2,
    codes: ['compose/empty-file'],
    says: ['services'],
  },
  {
    name: 'an anchor that there is not',
    files: compose('services:\n  web:\n    image: node:20\n    environment: *shared\n'),
    exitCode: 2,
    codes: ['compose/unknown-anchor'],
    at: 'compose.yaml:4:18',
    says: ['shared'],
  },
  {
    name: 'aliases that unfold to millions',
    files: compose(
      `x-bomb:\n  ${bomb.replaceAll('\n', '\n  ')}\nservices: {web: {image: node:20}}\n`,
    ),
    exitCode: 2,
    codes: ['compose/too-many-aliases'],
    at: 'compose.yaml:',
    says: ['alias'],
  },
  {
    name: 'a file that is no UTF-8',
    files: { 'compose.yaml': new Uint8Array([0x61, 0x3a, 0x20, 0xe9, 0x0a]) },
    exitCode: 2,
    codes: ['compose/missing-file'],
    says: ['compose.yaml', 'UTF-8'],
  },
  {
    name: 'a file that Windows saved as UTF-16',
    files: { 'compose.yaml': Buffer.from('\uFEFFservices: {}\n', 'utf16le') },
    exitCode: 2,
    codes: ['compose/missing-file'],
    says: ['UTF-16'],
  },
];
