import tab, { type Command as TabCommand } from '@bomb.sh/tab';

import type { Command, OptionDeclaration, OptionDeclarations } from './command.ts';

/** What a command line may be made of. */
export interface Vocabulary {
  readonly commands: readonly Command[];
  readonly projectOptions: OptionDeclarations;
  /** Names, from the Compose file at hand. */
  readonly services: readonly string[];
  /** Of diagnostics and findings. */
  readonly codes: readonly string[];
}

/** Answers a shell that asks how `words` may go on. */
export function complete(
  words: readonly string[],
  { commands, projectOptions, services, codes }: Vocabulary,
): void {
  for (const [name, declaration] of Object.entries(projectOptions))
    describe(tab, declaration, name);
  for (const { name, summary, options, operands } of commands) {
    const command = tab.command(name, summary);
    describeAll(command, options);
    if (operands?.includes('service') === true) {
      command.argument('service', (offer) => services.forEach((each) => offer(each, '')), true);
    }
    if (operands?.includes('code') === true)
      command.argument('code', (offer) => codes.forEach((each) => offer(each, '')), true);
  }
  tab.parse([...words]);
}

function describeAll(command: TabCommand, options: OptionDeclarations): void {
  for (const [name, declaration] of Object.entries(options)) describe(command, declaration, name);
}

function describe(command: TabCommand, declaration: OptionDeclaration, name: string): void {
  const long = /--([\w-]+)/.exec(declaration.flags)?.[1] ?? name;
  const short = /^-(\w),/.exec(declaration.flags)?.[1];
  if (declaration.kind === 'switch') command.option(long, declaration.about, short);
  else {
    const choices = declaration.kind === 'choice' ? declaration.choices : [];
    command.option(
      long,
      declaration.about,
      (offer) => choices.forEach((each) => offer(each, '')),
      short,
    );
  }
}
