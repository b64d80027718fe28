import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';

import { runCommand } from '../../../host/run-command.ts';
import { ignoresOf, take } from './context-files.ts';
import { insideRoot } from './inside-root.ts';
import { expandWord } from './words.ts';

export interface FileCommandOptions {
  readonly root: string;
  /** Path inside the image. */
  readonly workingDir: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

export interface FileCommandResult {
  readonly failed: boolean;
  readonly lines: readonly string[];
}

const DONE: FileCommandResult = { failed: false, lines: [] };

/**
 * Carries out `mkdir`, `cp`, `rm` and the like in an image's folder. Each path means one of the image, never one of
 * this machine. What the base image would have and this folder has not is passed over.
 *
 * @param words - as in the script, with their quotes.
 */
export async function runFileCommand(
  words: readonly string[],
  options: FileCommandOptions,
): Promise<FileCommandResult> {
  const { words: plain, output, append } = takeRedirection(words);
  const expanded = plain.map((word) => ({ word, text: expand(word, options) }));
  const [program = '', ...rest] = expanded.map(({ text }) => text);
  if (program === 'echo' || program === 'printf') {
    return write([program, ...rest], { output, append, options });
  }
  const flags = rest.filter((text) => /^-./.test(text));
  const paths = expanded.slice(1).filter(({ text }) => !/^-./.test(text));
  return run(program, { flags, paths, options });
}

function expand(word: string, { environment }: FileCommandOptions): string {
  return expandWord(word, { valueOf: (name) => environment.get(name) });
}

interface Redirected {
  readonly words: readonly string[];
  readonly output?: string;
  readonly append: boolean;
}

/** Takes the last `>` or `>>` out; those of standard error and to `/dev/null` do not matter. */
function takeRedirection(words: readonly string[]): Redirected {
  const kept: string[] = [];
  let output: string | undefined;
  let append = false;
  for (let at = 0; at < words.length; at++) {
    const found = /^([12&]?)(>>?)(&?\d?)(.*)$/s.exec(words[at] ?? '');
    if (found === null) {
      kept.push(words[at] ?? '');
      continue;
    }
    const [, stream = '', arrows, duplicate, attached = ''] = found;
    const name = attached === '' && duplicate === '' ? (words[++at] ?? '') : attached;
    if (stream !== '2' && name !== '' && name !== '/dev/null') {
      output = name;
      append = arrows === '>>';
    }
  }
  return { words: kept, append, ...(output !== undefined && { output }) };
}

interface Write extends Pick<Redirected, 'append'> {
  readonly output: string | undefined;
  readonly options: FileCommandOptions;
}

async function write(
  [program, ...args]: readonly [string, ...string[]],
  { output, append, options }: Write,
): Promise<FileCommandResult> {
  const argv = ['/bin/sh', '-c', `${program} "$@"`, 'sh', ...args] as const;
  const { exit, stdout } = await runCommand(argv, { environment: {}, signal: options.signal });
  if (output !== undefined) {
    const path = insideRoot(options.root, expand(output, options), options.workingDir);
    mkdirSync(dirname(path), { recursive: true });
    await (append ? appendFile : writeFile)(path, stdout);
    return DONE;
  }
  const failed = exit.kind !== 'code' || exit.code !== 0;
  return { failed, lines: stdout.split('\n').filter((line) => line !== '') };
}

interface Operands {
  readonly flags: readonly string[];
  readonly paths: readonly { readonly word: string; readonly text: string }[];
  readonly options: FileCommandOptions;
}

async function run(
  program: string,
  { flags, paths, options }: Operands,
): Promise<FileCommandResult> {
  const { root, workingDir } = options;
  const at = (path: string): string => insideRoot(root, path, workingDir);
  const [first, ...others] = paths;
  const last = paths.at(-1);
  if (first === undefined || last === undefined) return DONE;
  const found = (list: Operands['paths']): readonly string[] =>
    list.flatMap((operand) => placesOf(operand, options));
  switch (program) {
    case 'mkdir':
      return tool(['mkdir', '-p', '--', ...paths.map(({ text }) => at(text))], options);
    case 'touch': {
      const files = paths.map(({ text }) => at(text));
      for (const file of files) mkdirSync(dirname(file), { recursive: true });
      return tool(['touch', '--', ...files], options);
    }
    case 'rm':
      return onAny(found(paths), (places) => tool(['rm', '-rf', '--', ...places], options));
    case 'chmod': {
      const recursive = flags.some((flag) => /^-\w*R/.test(flag) || flag === '--recursive');
      const head = ['chmod', ...(recursive ? ['-R'] : [])];
      const mode = /^-[rwxX]+$/.test(flags.at(-1) ?? '') ? (flags.at(-1) ?? '') : first.text;
      const operands = mode === first.text ? others : paths;
      return onAny(found(operands), (places) => tool([...head, '--', mode, ...places], options));
    }
    case 'ln':
      return link(flags, [first.text, last.text], options);
    default: {
      const target = at(last.text);
      mkdirSync(last.text.endsWith('/') ? target : dirname(target), { recursive: true });
      const head = [program, ...flags.filter((flag) => /^-[aRrfpPLdvun]+$/.test(flag))];
      return onAny(found(paths.slice(0, -1)), (places) =>
        tool([...head, '--', ...places, target], options),
      );
    }
  }
}

async function onAny(
  places: readonly string[],
  act: (places: readonly string[]) => Promise<FileCommandResult>,
): Promise<FileCommandResult> {
  return places.length === 0 ? DONE : act(places);
}

/** Those that are there; a pattern outside quotes names all that match. */
function placesOf(
  { word, text }: Operands['paths'][number],
  { root, workingDir }: FileCommandOptions,
): readonly string[] {
  const pattern = /[*?[]/.test(text) && !/["']/.test(word);
  const path = posix.resolve('/', workingDir, text);
  const place = insideRoot(root, path);
  if (!pattern)
    return path !== '/' && lstatSync(place, { throwIfNoEntry: false }) !== undefined ? [place] : [];
  const hidden = posix.basename(path).startsWith('.');
  return take({ folder: root, ...ignoresOf('') }, path)
    .map((each) => each.path)
    .filter((each) => hidden || !posix.basename(each).startsWith('.'));
}

/** A link to an absolute path becomes a relative one: it then holds wherever the folder is seen. */
async function link(
  flags: readonly string[],
  [to, name]: readonly [string, string],
  options: FileCommandOptions,
): Promise<FileCommandResult> {
  const { root, workingDir } = options;
  const given = insideRoot(root, name, workingDir);
  const isFolder = lstatSync(given, { throwIfNoEntry: false })?.isDirectory() === true;
  const place = isFolder ? join(given, posix.basename(to)) : given;
  mkdirSync(dirname(place), { recursive: true });
  const symbolic = flags.some((flag) => /^-\w*s/.test(flag) || flag === '--symbolic');
  const source = insideRoot(
    root,
    to,
    symbolic ? posix.dirname(`/${relative(root, place)}`) : workingDir,
  );
  if (!symbolic)
    return existsSync(source) ? tool(['ln', '-f', '--', source, place], options) : DONE;
  const text =
    to.startsWith('/') && existsSync(join(root, posix.resolve('/', to).split('/')[1] ?? ''))
      ? relative(dirname(place), source)
      : to;
  return tool(['ln', '-sfn', '--', text, place], options);
}

async function tool(
  argv: readonly string[],
  { signal, root }: FileCommandOptions,
): Promise<FileCommandResult> {
  const [program = '', ...args] = argv;
  const { exit, stderr } = await runCommand([program, ...args], {
    cwd: root,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
    signal,
  });
  const failed = exit.kind !== 'code' || exit.code !== 0;
  return {
    failed,
    lines: stderr
      .replaceAll(root, '')
      .split('\n')
      .filter((line) => line !== ''),
  };
}
