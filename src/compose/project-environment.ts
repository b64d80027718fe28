import type { Diagnostic } from '../model/diagnostic.ts';
import { parseDotenv } from './dotenv.ts';
import type { Variable, Variables } from './variable.ts';

interface EnvironmentFile {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

export interface Extended {
  readonly variables: Variables;
  readonly diagnostics: readonly Diagnostic[];
}

/** Adds the variables of one `.env` file; those that are there already win. */
export function addEnvironmentFile(below: Variables, { path, text }: EnvironmentFile): Extended {
  const { variables, diagnostics } = parseDotenv(text, {
    file: path,
    lookUp: (name) => below.get(name)?.value,
  });
  return { variables: new Map([...variables, ...below]), diagnostics };
}

/**
 * The variables that a Compose file sees: the shell wins over the files, a later file over an earlier one.
 *
 * @see https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/
 */
export function projectEnvironment(shell: Variables, files: readonly EnvironmentFile[]): Extended {
  const fromFiles = new Map<string, Variable>();
  const diagnostics: Diagnostic[] = [];
  for (const { path, text } of files) {
    const parsed = parseDotenv(text, {
      file: path,
      lookUp: (name) => (shell.get(name) ?? fromFiles.get(name))?.value,
    });
    for (const [name, variable] of parsed.variables) fromFiles.set(name, variable);
    for (const each of parsed.diagnostics) diagnostics.push(each);
  }
  return { variables: new Map([...fromFiles, ...shell]), diagnostics };
}

/** The environment of the process, as variables. */
export function shellVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Variables {
  const variables = new Map<string, Variable>();
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) variables.set(name, { value });
  }
  return variables;
}
