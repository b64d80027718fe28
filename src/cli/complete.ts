import tab, { type Command as TabCommand } from '@bomb.sh/tab';

import type { OptionDeclaration, OptionDeclarations } from './command.ts';
import { commands } from './commands/index.ts';
import { projectOptions } from './shared-options.ts';

/** Answers a shell that asks how `words` may go on. Service names come from the Compose file at hand. */
export function complete(words: readonly string[], services: readonly string[]): void {
  for (const [name, declaration] of Object.entries(projectOptions))
    describe(tab, declaration, name);
  for (const { name, summary, options, operands } of commands) {
    const command = tab.command(name, summary);
    describeAll(command, options);
    if (operands?.includes('service') === true) {
      command.argument('service', (offer) => services.forEach((each) => offer(each, '')), true);
    }
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
