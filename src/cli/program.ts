import { Command as Commander, CommanderError, InvalidArgumentError, Option } from 'commander';

import type { Command, OptionDeclaration, OptionDeclarations, ProjectOptions } from './command.ts';
import { commandNamed } from './command-named.ts';
import { commands } from './commands/index.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { Io } from './io.ts';
import { projectOptions } from './shared-options.ts';

/**
 * The command line, from the declarations. `done` gets the exit code of the command that ran. Where `words` name a
 * command it is the only one, and else only those that they name have options: every start pays for what is built.
 */
export function buildProgram(
  io: Io,
  words: readonly string[],
  done: (exitCode: number) => void,
): Commander {
  const program = new Commander('bowline')
    .description('Runs the Compose file you already have, ready when it says so')
    .version(io.programs.version, '-v, --version', 'Print the version')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureHelp({ subcommandTerm: termOf })
    .showHelpAfterError('(bowline --help lists what there is)')
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHelpWidth: () => io.stdout.width ?? 80,
    })
    .exitOverride();
  addOptions(program, projectOptions, []);
  const named = commandNamed(words);
  for (const command of named === undefined ? commands : [named]) {
    const sub = program.command(command.name).summary(command.summary);
    if (command.operands !== undefined) sub.arguments(command.operands);
    if (words.includes(command.name)) completeCommand(sub, command, { program, io, done });
  }
  return program;
}

/** The exit code for what the parser throws when it ends the program; help and version are no failures. */
export function exitCodeOfParser(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? ExitCode.done : ExitCode.wrong;
}

/** A command as the list of commands shows it: all of them have options, which says nothing. */
function termOf(sub: Commander): string {
  return `${sub.name()} ${sub.usage()}`.replace(' [options]', '');
}

interface Surroundings {
  readonly program: Commander;
  readonly io: Io;
  readonly done: (exitCode: number) => void;
}

function completeCommand(
  sub: Commander,
  command: Command,
  { program, io, done }: Surroundings,
): void {
  sub.description(command.summary);
  if (command.passThrough === true) sub.passThroughOptions();
  addOptions(sub, command.options, []);
  const taken = sub.options.flatMap(({ short, long }) => [short, long]);
  addOptions(sub, projectOptions, taken);
  const examples = command.examples ?? [];
  if (examples.length > 0)
    sub.addHelpText('after', `\nExamples:\n${examples.map((each) => `  ${each}\n`).join('')}`);
  sub.action(async () => {
    const invocation = {
      options: valuesOf(command.options, [sub]),
      operands: sub.args,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- shaped by the declarations
      project: valuesOf(projectOptions, [program, sub]) as unknown as ProjectOptions,
      io,
    };
    done(await command.run(invocation));
  });
}

/** Adds options; of a flag that the command has taken for itself, the letter or the whole option is left out. */
function addOptions(
  target: Commander,
  options: OptionDeclarations,
  taken: readonly (string | undefined)[],
): void {
  for (const declaration of Object.values(options)) {
    const option = toOption(declaration);
    if (taken.includes(option.long)) continue;
    target.addOption(
      taken.includes(option.short) && option.short !== undefined
        ? toOption({ ...declaration, flags: declaration.flags.replace(`${option.short}, `, '') })
        : option,
    );
  }
}

function toOption(declaration: OptionDeclaration): Option {
  const option = new Option(declaration.flags, declaration.about);
  // A switch that begins with `no-` is a switch like any other, not the opposite of one.
  option.negate = false;
  switch (declaration.kind) {
    case 'switch':
    case 'text':
      return option;
    case 'choice':
      return option.choices([...declaration.choices]);
    case 'number':
      return option.argParser(toWholeNumber);
    case 'list':
      return option.argParser((value: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        value,
      ]);
  }
}

function toWholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at least 0.');
  return Number(text);
}

/** Values under the names of the declaration; lists of several sources follow one another, else the last source wins. */
function valuesOf(
  declarations: OptionDeclarations,
  sources: readonly Commander[],
): Record<string, never> {
  const values: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const attribute = toOption(declaration).attributeName();
    const given = sources.map((source) => source.getOptionValue(attribute) as unknown);
    values[name] = combine(
      declaration,
      given.filter((value) => value !== undefined),
    );
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- shaped by the declarations
  return values as Record<string, never>;
}

function combine(declaration: OptionDeclaration, given: readonly unknown[]): unknown {
  if (declaration.kind === 'list') return given.flat();
  if (declaration.kind === 'switch') return given.some(Boolean);
  return given.at(-1);
}
