import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Service } from '../../../model/project.ts';
import { type Context, take, type Taken } from './context-files.ts';
import type { CopyStep, Stage } from './dockerfile.ts';

/** What the `COPY` and `ADD` steps of a stage take from the context. */
export interface StageSources {
  readonly taken: ReadonlyMap<CopyStep, readonly Taken[]>;
  readonly diagnostics: readonly Diagnostic[];
  readonly notes: readonly string[];
}

export function sourcesOf(stage: Stage, context: Context, service: Service): StageSources {
  const taken = new Map<CopyStep, readonly Taken[]>();
  const diagnostics: Diagnostic[] = [];
  const notes: string[] = [];
  for (const step of stage.steps) {
    if (step.kind !== 'copy') continue;
    const { source } = step;
    const remote = step.paths.find((path) => /^(https?|git|ssh):\/\/|^git@/.test(path));
    if (source.kind === 'image') {
      // The package client itself: this machine's own is used.
      if (/(^|\/)(uv|composer|pnpm|bun)([:@]|$)/.test(source.image)) {
        notes.push(`this machine's own programs are used instead of those of ${source.image}`);
      } else diagnostics.push(unreachable(step, `the image ${source.image}`, service));
    } else if (remote !== undefined) {
      diagnostics.push(unreachable(step, remote, service));
    } else if (source.kind === 'context') {
      const found = step.paths.map((path) => [path, take(context, path)] as const);
      taken.set(
        step,
        found.flatMap(([, each]) => each),
      );
      for (const [path, each] of found) {
        if (each.length === 0) diagnostics.push(missing(step, path, context.folder));
      }
    }
  }
  return { taken, diagnostics, notes };
}

function unreachable({ instruction, at }: CopyStep, what: string, { name }: Service): Diagnostic {
  return {
    code: 'native/copy-from-afar',
    severity: 'error',
    message: `service ${name}: ${instruction} takes files from ${what}, which the native engine does not fetch`,
    help: 'Say how it runs here with x-bowline.native: {command: …} under the service, or run the project with --engine docker.',
    at,
  };
}

function missing({ instruction, at }: CopyStep, path: string, folder: string): Diagnostic {
  return {
    code: 'native/copy-source-missing',
    severity: 'error',
    message: `${instruction} finds nothing at ${path} in ${folder}`,
    help: 'Correct the path, which is relative to the build context, or create the file; a rule of .dockerignore may leave it out.',
    at,
  };
}
