import type { Command, OptionDeclaration, OptionDeclarations } from './command.ts';

export interface CommandsPage {
  readonly commands: readonly Command[];
  readonly projectOptions: OptionDeclarations;
}

/** A page of Markdown with every command and every option, from the declarations that the parser is made of. */
export function commandsPage({ commands, projectOptions }: CommandsPage): string {
  return [
    '<!-- Written from src/cli/commands by `npx vitest run -u src/cli/commands-page.test.ts`. -->',
    '',
    '# Commands',
    '',
    'Results go to standard output, everything else to standard error. `bowline <command> --help` says the same in the terminal.',
    '',
    '| command | what it does |',
    '| --- | --- |',
    ...commands.map(
      ({ name, summary }) => `| [\`${name}\`](#bowline-${name}) | ${cell(summary)} |`,
    ),
    '',
    '## Options of every command',
    '',
    'They stand before or after the name of the command; a letter that the command uses itself only before it.',
    '',
    ...tableOf(projectOptions),
    '',
    ...EXIT_CODES,
    ...commands.flatMap((command) => ['', ...chapterOf(command)]),
  ]
    .join('\n')
    .concat('\n');
}

function chapterOf({
  name,
  summary,
  operands,
  options,
  examples = [],
}: Command): readonly string[] {
  const declared = Object.keys(options).length > 0;
  const words = [
    'bowline',
    name,
    ...(declared ? ['[options]'] : []),
    ...(operands ?? '').split(' '),
  ];
  return [
    `## bowline ${name}`,
    '',
    `${summary}.`,
    '',
    '```sh',
    words.join(' ').trim(),
    '```',
    ...(declared ? ['', ...tableOf(options)] : []),
    ...(examples.length > 0 ? ['', 'Examples:', '', '```sh', ...examples, '```'] : []),
  ];
}

function tableOf(options: OptionDeclarations): readonly string[] {
  return [
    '| option | meaning |',
    '| --- | --- |',
    ...Object.values(options).map(
      (option) => `| \`${option.flags.replaceAll('|', '\\|')}\` | ${cell(aboutOf(option))} |`,
    ),
  ];
}

function aboutOf(option: OptionDeclaration): string {
  const about = `${option.about}.`;
  return option.kind === 'choice' ? `${about} One of: ${option.choices.join(', ')}.` : about;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const EXIT_CODES: readonly string[] = [
  '## Exit codes',
  '',
  '| code | meaning |',
  '| --- | --- |',
  '| 0 | done |',
  '| 1 | failed at run time |',
  '| 2 | the file or the arguments are wrong |',
  '| 3 | changes are pending: `check --fix` that nobody agreed to |',
  '| 130 | interrupted |',
  '',
  '`exec` and `run` return the code of the program that they run.',
];
