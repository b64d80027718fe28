import { chmodSync, cpSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { runCommand } from '../../../host/run-command.ts';
import { RunError } from '../../../model/finding.ts';
import { LAST_LINES, type MakeImageOptions, type StageOptions } from './build-options.ts';
import type { ContextFiles } from '../../../host/context-files.ts';
import type { BuildStep } from './plan-build.ts';

/** Carries out one `COPY`. */
export async function copyInto(
  step: Extract<BuildStep, { kind: 'copy' }>,
  options: StageOptions,
): Promise<void> {
  const { root, context } = options;
  const target = join(root, step.target);
  const isFolder = step.target.endsWith('/') || step.sources.length > 1;
  for (const body of step.heredocs) writeInto(target, body);
  for (const source of step.sources) {
    if (step.from !== undefined) {
      await copyFromStage(join(options.roots.get(step.from) ?? '', source), target, {
        ...options,
        isFolder,
      });
    } else copyFromContext(source, { context, target, isFolder });
  }
  if (step.mode !== undefined) setMode(step, target, step.mode);
}

function writeInto(target: string, body: string): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${body}\n`);
}

async function copyFromStage(
  source: string,
  target: string,
  options: StageOptions & { readonly isFolder: boolean },
): Promise<void> {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) return copyFolder(source, target, options);
  const file = options.isFolder || isFolderAt(target) ? join(target, basename(source)) : target;
  mkdirSync(dirname(file), { recursive: true });
  cpSync(source, file, { preserveTimestamps: true, verbatimSymlinks: true });
}

function copyFromContext(
  source: string,
  {
    context,
    target,
    isFolder,
  }: { readonly context: ContextFiles; readonly target: string; readonly isFolder: boolean },
): void {
  const entries = context.match(source);
  const [first] = entries;
  if (first === undefined) return;
  const several = /[*?[]/.test(source);
  for (const { path, kind, mode } of entries) {
    // The content of a folder is copied, not the folder itself; of a pattern's matches each keeps its name.
    const base =
      first.kind === 'folder' && !several ? first.path : dirname(several ? path : first.path);
    const inside = base === '' || base === '.' ? path : path.slice(base.length + 1);
    const single = first.kind !== 'folder' && !several && !isFolder && !isFolderAt(target);
    const to = single ? target : join(target, inside);
    if (kind === 'folder') mkdirSync(to, { recursive: true });
    else {
      mkdirSync(dirname(to), { recursive: true });
      cpSync(join(context.folder, path), to, { verbatimSymlinks: true, preserveTimestamps: true });
      if (kind === 'file') chmodSync(to, mode | 0o200);
    }
  }
}

function setMode(
  { sources }: Extract<BuildStep, { kind: 'copy' }>,
  target: string,
  mode: number,
): void {
  const files = isFolderAt(target)
    ? sources.map((source) => join(target, basename(source)))
    : [target];
  for (const file of files) if (existsSync(file)) chmodSync(file, mode);
}

function isFolderAt(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Copies the content of a folder; shares blocks where the file system can. */
export async function copyFolder(
  from: string,
  to: string,
  { signal, environment }: Pick<MakeImageOptions, 'signal' | 'environment'>,
): Promise<void> {
  mkdirSync(to, { recursive: true });
  const argv =
    process.platform === 'darwin'
      ? (['cp', '-Rcp', `${from}/.`, to] as const)
      : (['cp', '-a', '--reflink=auto', '--', `${from}/.`, to] as const);
  const { exit, stderr } = await runCommand(argv, {
    environment: { PATH: environment['PATH'] ?? '/usr/bin:/bin' },
    signal,
  });
  if (exit.kind === 'code' && exit.code === 0) return;
  throw new RunError([
    {
      code: 'native/files-not-copied',
      cause: `files could not be copied to ${to}`,
      proof: stderr.trim().split('\n').slice(-LAST_LINES),
    },
  ]);
}
