import type { Io } from './io.ts';

/** One option of a command: help, completion and the type of its value all come from it. */
export type OptionDeclaration = {
  /** As commander reads them, as in `-d, --detach` or `-t, --timeout <seconds>`. */
  readonly flags: string;
  readonly about: string;
} & (
  | { readonly kind: 'switch' }
  | { readonly kind: 'text' }
  /** May be given several times. */
  | { readonly kind: 'list' }
  /** A whole number, at least 0. */
  | { readonly kind: 'number' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
);

export type OptionDeclarations = Readonly<Record<string, OptionDeclaration>>;

type ValueOf<O extends OptionDeclaration> = O extends { readonly kind: 'switch' }
  ? boolean
  : O extends { readonly kind: 'list' }
    ? readonly string[]
    : O extends { readonly kind: 'number' }
      ? number | undefined
      : O extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
        ? Choice | undefined
        : string | undefined;

type OptionValues<O extends OptionDeclarations> = {
  readonly [Name in keyof O]: ValueOf<O[Name]>;
};

/** Options that say which project is meant; every command that has one takes them, before or after its name. */
export interface ProjectOptions {
  readonly file: readonly string[];
  readonly projectName: string | undefined;
  readonly projectDirectory: string | undefined;
  readonly profile: readonly string[];
  readonly envFile: readonly string[];
  readonly engine: string | undefined;
  readonly environment: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
  readonly isolation: 'auto' | 'mount' | 'none' | undefined;
  readonly noColor: boolean;
}

export interface Invocation<O extends OptionDeclarations> {
  readonly options: OptionValues<O>;
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** As commander reads it, as in `[service...]`. */
  readonly operands?: string;
  /** Everything after the first operand belongs to another program. */
  readonly passThrough?: boolean;
  readonly options: OptionDeclarations;
  /** Shown below the options in the help. */
  readonly examples?: readonly string[];
  /** Gives the exit code. */
  run(invocation: Invocation<OptionDeclarations>): Promise<number>;
}

/** Makes the types of `run`'s options follow from the declared options. */
export function defineCommand<const O extends OptionDeclarations>(
  definition: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(invocation: Invocation<O>): Promise<number>;
  },
): Command {
  // The parser fills exactly the declared options, which is more than this type can say.
  return definition;
}
