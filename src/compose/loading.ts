import { join, resolve } from 'node:path';

import type { Diagnostic, Silence, Span } from '../model/diagnostic.ts';
import type { FileContent, LoadRequest, LoadStages } from './load-request.ts';
import { maskValues } from './mask-values.ts';
import { parseYaml } from './parse-yaml.ts';
import type { ParsedYaml } from './parsed-yaml.ts';
import { VariableReport } from './variable-report.ts';
import type { Variables } from './variable.ts';
import { WrittenNames } from './written-names.ts';

/** One call of `load`: what was read, what is still needed, what is wrong. */
export class Loading {
  readonly request: LoadRequest;
  readonly stages: LoadStages;
  readonly diagnostics: Diagnostic[] = [];
  readonly needs: Set<string> = new Set();
  /** Text of every file that was looked into, for the report. */
  readonly sources: Map<string, string> = new Map();
  /** By file: each is looked into once. */
  readonly silences: Map<string, readonly Silence[]> = new Map();
  readonly variables: VariableReport = new VariableReport();
  readonly names: WrittenNames = new WrittenNames();
  readonly #parsed: Map<string, ParsedYaml>;

  constructor(request: LoadRequest) {
    this.request = request;
    this.stages = request.stages ?? {};
    this.#parsed = request.parsed ?? new Map<string, ParsedYaml>();
  }

  /** Content of a file; absent when it must be read first. `secret`: its values are not for reports. */
  content(path: string, { secret }: { readonly secret: boolean }): FileContent | undefined {
    const content = this.request.contents.get(path);
    if (content === undefined) this.needs.add(path);
    else if (content.kind === 'text' && !this.sources.has(path)) {
      this.sources.set(path, secret ? maskValues(content.text) : content.text);
    }
    return content;
  }

  /** Text of a file that must be there; says at `at`, the place that names it, when it is not. */
  text(
    path: string,
    { what, code, at, secret = false, help = CREATE }: NamedFile,
  ): string | undefined {
    const content = this.content(path, { secret });
    if (content === undefined || content.kind === 'text') return content?.text;
    const missing = content.kind === 'missing';
    this.report({
      code,
      severity: 'error',
      message: missing
        ? `there is no ${what} ${path}`
        : `the ${what} ${path} cannot be read: ${content.reason}`,
      help: missing ? help : 'Correct the path, or the file.',
      ...(at !== undefined && { at }),
    });
    return undefined;
  }

  parse(path: string, text: string): ParsedYaml {
    const before = this.#parsed.get(path);
    const parsed = before ?? parseYaml(text, path);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  /** There may be hundreds of thousands of them: more than a call can have arguments. */
  reportAll(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) this.diagnostics.push(diagnostic);
  }

  /** Without complaints about values that are not known yet, because a variable stands in them. */
  certain(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    if (this.stages.noInterpolate !== true) return diagnostics;
    return diagnostics.filter(({ code, at }) => {
      if (at === undefined || code !== 'compose/wrong-value') return true;
      return this.sources.get(at.file)?.slice(at.start, at.end).includes('$') !== true;
    });
  }

  /** Paths of the files that were read as YAML. */
  get composeFiles(): ReadonlySet<string> {
    return new Set(this.#parsed.keys());
  }

  get failed(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }
}

export interface NamedFile {
  /** As in "Compose file". */
  readonly what: string;
  readonly code: Diagnostic['code'];
  /** Where the file is named; absent for the command line. */
  readonly at?: Span | undefined;
  /** Its values are not for reports. @defaultValue false */
  readonly secret?: boolean;
  /** What to do when it is not there. */
  readonly help?: string;
}

const CREATE = 'Create it, or correct the path.';

/** Where relative paths start, and what `~` is. */
export function pathBase(
  folder: string,
  environment: Variables,
): { readonly folder: string; readonly home?: string } {
  const home = environment.get('HOME')?.value ?? '';
  return home.startsWith('/') ? { folder, home } : { folder };
}

/** The absolute path of a file that a Compose file names. */
export function namedPath(path: string, { workingDir, environment }: Surroundings): string {
  const { home } = pathBase(workingDir, environment);
  return home !== undefined && /^~(?:\/|$)/.test(path)
    ? join(home, path.slice(1))
    : resolve(workingDir, path);
}

/** Where a file's relative paths start, and which variables it sees. */
export interface Surroundings {
  readonly workingDir: string;
  readonly environment: Variables;
}
