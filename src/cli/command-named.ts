import type { Command, OptionDeclaration } from './command.ts';
import { commands } from './commands/index.ts';
import { projectOptions } from './shared-options.ts';

/** The command that is asked for beyond doubt: no more stands before its name than options of the project, each by itself. */
export function commandNamed(words: readonly string[]): Command | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return commands.find(({ name }) => name === word);
    const option = Object.values(projectOptions).find((each) => isWrittenAs(word, each));
    if (option === undefined) return undefined;
    if (option.kind !== 'switch') index += 1;
  }
  return undefined;
}

function isWrittenAs(word: string, { flags }: OptionDeclaration): boolean {
  return flags.split(/[ ,]+/).includes(word);
}
