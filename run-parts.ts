import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import type { EventBody } from '../../../model/event.ts';
import { RunError } from '../../../model/finding.ts';
import type { Span } from '../../../model/diagnostic.ts';
import { exitInWords } from '../await-condition.ts';
import type { PlannedStep } from './build-plan.ts';
import { runFileCommand } from './file-commands.ts';
import { insideRoot, OutsideError } from './inside-root.ts';
import type { RunPart } from './recognise-command.ts';
import type { RunStep } from './run-step.ts';
import { expandWord } from './words.ts';

export interface RunOptions {
  readonly service: string;
  readonly root: string;
  /** What every command gets, before the image's own variables. */
  readonly base: ReadonlyMap<string, string>;
  readonly venv?: string;
  readonly runStep: RunStep;
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
}

/** What a `RUN` line has changed for its later commands. */
interface Progress {
  workingDir: string;
  environment: ReadonlyMap<string, string>;
}

const LAST_LINES = 20;

/** Runs the recognised commands of a `RUN` line, in order. */
export async function runParts(
  { step, parts }: Extract<PlannedStep, { kind: 'run' }>,
  options: RunOptions,
): Promise<void> {
  const progress: Progress = { workingDir: step.workingDir, environment: step.environment };
  mkdirSync(insideRoot(options.root, step.workingDir), { recursive: true });
  for (const part of parts) {
    options.signal.throwIfAborted();
    await runPart(part, progress, { ...options, at: step.at });
  }
}

type PartOptions = RunOptions & { readonly at: Span };

async function runPart(part: RunPart, progress: Progress, options: PartOptions): Promise<void> {
  const valueOf = (name: string): string | undefined => progress.environment.get(name);
  switch (part.kind) {
    case 'tool':
      return runTool(part, progress, options);
    case 'files':
      return runFiles(part, progress, options);
    case 'enter':
      progress.workingDir = posix.resolve(progress.workingDir, expandWord(part.path, { valueOf }));
      mkdirSync(insideRoot(options.root, progress.workingDir), { recursive: true });
      return;
    case 'export': {
      const added = part.words.map((word): [string, string] => {
        const [name = '', ...value] = word.split('=');
        return [name, expandWord(value.join('='), { valueOf })];
      });
      progress.environment = new Map([...progress.environment, ...added]);
      return;
    }
    case 'venv': {
      const path = posix.resolve(progress.workingDir, expandWord(part.path, { valueOf }));
      linkVenv(path, options);
      return;
    }
    case 'packages':
    case 'skipped':
    case 'unknown':
  }
}

/** Where the image expects a virtual environment it finds the one that it has. */
export function linkVenv(path: string, { root, venv }: Pick<RunOptions, 'root' | 'venv'>): void {
  if (venv === undefined) return;
  const place = insideRoot(root, path);
  if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true) return;
  mkdirSync(dirname(place), { recursive: true });
  rmSync(place, { force: true });
  symlinkSync(venv, place);
}

async function runFiles(
  { text, words }: Extract<RunPart, { kind: 'files' }>,
  { workingDir, environment }: Progress,
  { root, signal, emit, service, at }: PartOptions,
): Promise<void> {
  try {
    const options = { root, workingDir, environment, signal };
    const { failed, lines } = await runFileCommand(words, options);
    for (const line of lines) emit({ kind: 'output', service, text: line });
    if (failed) throw setUpFailed(text, 'failed', { service, lines, at });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    emit({ kind: 'output', service, text: `not done: ${error.message}` });
  }
}

async function runTool(
  { text, installs }: Extract<RunPart, { kind: 'tool' }>,
  { workingDir, environment }: Progress,
  options: PartOptions,
): Promise<void> {
  const { root, base, venv, runStep, signal, emit, service, at } = options;
  const line = venv === undefined ? text : intoVenv(text);
  prepareFolders(text, root);
  if (installs && /\b(uv|poetry)\s+(sync|install)\b/.test(text)) {
    linkVenv(posix.join(workingDir, '.venv'), options);
  }
  const lines: string[] = [];
  const exit = await runStep({
    argv: ['/bin/sh', '-c', line],
    cwd: workingDir,
    environment: together(base, environment),
    root,
    signal,
    onLine: (output) => {
      lines.push(output);
      if (lines.length > LAST_LINES) lines.shift();
      emit({ kind: 'output', service, text: output });
    },
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw setUpFailed(line, exitInWords(exit), { service, lines, at });
}

/** The image's variables win, but for `PATH`, which goes before. */
function together(
  base: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const path = [own.get('PATH') ?? '', base.get('PATH') ?? ''].join(':').split(':').filter(Boolean);
  return { ...Object.fromEntries([...base, ...own]), PATH: [...new Set(path)].join(':') };
}

/** Options that would put packages elsewhere than into the virtual environment, as into the machine's own. */
function intoVenv(text: string): string {
  return text.replaceAll(
    /\s--(?:user|system|break-system-packages|(?:prefix|root)[= ]\S+)(?=\s|$)/g,
    '',
  );
}

/** Folders of the image that a command names and the machine has not: they are there then. */
function prepareFolders(text: string, root: string): void {
  for (const [, path = ''] of text.matchAll(/(?:^|[\s=])(\/[\w.-]+(?:\/[\w.-]+)*)/g)) {
    const top = `/${path.split('/')[1] ?? ''}`;
    const known = lstatSync(top, { throwIfNoEntry: false }) !== undefined;
    if (!known || /--(?:prefix|target)[= ]/.test(text)) {
      mkdirSync(join(root, known ? posix.dirname(path) : top), { recursive: true });
    }
  }
  const prefix = /\s--(?:prefix|root)[= ](\/\S+)/.exec(text)?.[1];
  if (prefix !== undefined) mkdirSync(insideRoot(root, prefix), { recursive: true });
  if (/\s--user(\s|$)/.test(text)) mkdirSync(join(root, 'root/.local'), { recursive: true });
}

interface Failure {
  readonly service: string;
  readonly lines: readonly string[];
  readonly at: Span;
}

function setUpFailed(command: string, how: string, { service, lines, at }: Failure): RunError {
  const line = command.replaceAll(/\s+/g, ' ');
  return new RunError([
    {
      code: 'native/setup-failed',
      service,
      cause: `the set-up step "${line}" of ${service} ${how}`,
      proof: lines,
      fix: ['Correct the step, or what it works on, and run the command again: steps that went well are not repeated.'],
      at,
    },
  ]);
}
