import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';

import type { ExitStatus } from '../../../model/observed.ts';
import { runCommand } from '../../../host/run-command.ts';

/** A command of a `RUN` line. Its paths are those of the image. */
export interface StepCommand {
  readonly argv: readonly [string, ...string[]];
  /** Path inside the image. */
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path of the folder that stands for `/` of the image. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Runs a command where the image's folder lies over the machine's root, or as `runStepPlainly` does. */
export type RunStep = (step: StepCommand) => Promise<ExitStatus>;

/** Runs a command as it is on this machine, with paths that the image's folder has written as those in the folder. */
export const runStepPlainly: RunStep = async ({ argv, cwd, environment, root, signal, onLine }) => {
  const [program, ...args] = argv;
  const outside = Object.entries(environment).map(
    ([name, value]) => [name, pathsIn(root, value)] as const,
  );
  const { exit } = await runCommand([program, ...args.map((text) => pathsIn(root, text))], {
    cwd: join(root, cwd),
    environment: Object.fromEntries(outside),
    signal,
    onLine,
  });
  return exit;
};

/** Rewrites absolute paths in a text that are there, or whose folder is there, below `root`. */
export function pathsIn(root: string, text: string): string {
  return text.replace(/(?<![\w./~$}@+-])\/[\w.@+-][\w.@+/-]*/g, (path) => {
    const clean = posix.normalize(path);
    const parent = posix.dirname(clean);
    const has =
      isThere(root + clean.replace(/\/$/, '')) || (parent !== '/' && isThere(root + parent));
    return has && !path.startsWith(root) ? root + path : path;
  });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
