import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { readTextFile } from '../../../host/read-text-file.ts';
import type { Diagnostic, Span } from '../../../model/diagnostic.ts';
import type { Build, Service } from '../../../model/project.ts';
import { type Context, ignoresOf } from './context-files.ts';
import type { Dockerfile } from './dockerfile.ts';
import { readDockerfile } from './read-dockerfile.ts';

/** The files that a build begins with. */
export type LoadedBuild =
  | {
      readonly kind: 'loaded';
      readonly build: Build;
      readonly context: Context;
      readonly dockerfile: Dockerfile;
    }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };

const REMOTE = /^(?:(?:https?|git|ssh|oci-layout|docker-image):\/\/|git@|github\.com\/)/;

/** Finds context and Dockerfile of a service, and reads the latter. Changes nothing. */
export async function loadBuild(
  service: Service,
  build: Build,
  signal: AbortSignal,
): Promise<LoadedBuild> {
  const of = `service ${service.name}`;
  const problem = contextProblem(build, of);
  if (problem !== undefined) return { kind: 'refused', diagnostics: [problem] };
  const file = resolve(build.context, build.dockerfile);
  const read =
    build.dockerfileInline === undefined
      ? await readTextFile(file, { signal })
      : { kind: 'text' as const, text: build.dockerfileInline };
  if (read.kind !== 'text') {
    const reason = read.kind === 'missing' ? 'is missing' : `cannot be read: ${read.reason}`;
    return refused({
      code: 'native/dockerfile-missing',
      severity: 'error',
      message: `the Dockerfile of ${of} ${reason} (${file})`,
      help: 'Create it, or correct build.dockerfile, which is relative to build.context.',
      at: build.at,
    });
  }
  const inline = build.dockerfileInline !== undefined;
  const dockerfile = readDockerfile(read.text, {
    file,
    args: new Map([...platformArguments(), ...build.args]),
    ...(build.target !== undefined && { target: build.target }),
  });
  return {
    kind: 'loaded',
    build,
    context: { folder: build.context, ...ignoresOf(ignoreText(file, build.context)) },
    dockerfile: inline ? locatedAt(dockerfile, build.at) : dockerfile,
  };
}

function refused(diagnostic: Diagnostic): LoadedBuild {
  return { kind: 'refused', diagnostics: [diagnostic] };
}

function contextProblem({ context, at }: Build, of: string): Diagnostic | undefined {
  if (REMOTE.test(context)) {
    return {
      code: 'native/remote-context',
      severity: 'error',
      message: `${of} is built from a remote address (${context.replace(/\/\/[^/@]*@/, '//…@')}), and the native engine builds from folders of this machine`,
      help: 'Clone it and name the folder in build.context, or run the project with --engine docker.',
      at,
    };
  }
  const reason = unusable(context);
  if (reason === undefined) return undefined;
  return {
    code: 'native/context-missing',
    severity: 'error',
    message: `the build context of ${of} ${reason} (${context})`,
    help: 'Correct build.context: it is a folder, relative to the Compose file.',
    at,
  };
}

function unusable(folder: string): string | undefined {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return 'does not exist';
  if (!stats.isDirectory()) return 'is no folder';
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return undefined;
  } catch {
    return 'cannot be read: you may not';
  }
}

/** `<Dockerfile>.dockerignore` goes before that of the context. */
function ignoreText(dockerfile: string, context: string): string {
  for (const path of [`${dockerfile}.dockerignore`, resolve(context, '.dockerignore')]) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Not there: the next one.
    }
  }
  return '';
}

/** @see https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function platformArguments(): readonly (readonly [string, string])[] {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return ['TARGET', 'BUILD'].flatMap((whose) => [
    [`${whose}PLATFORM`, `linux/${arch}`] as const,
    [`${whose}OS`, 'linux'] as const,
    [`${whose}ARCH`, arch] as const,
  ]);
}

/** The text is part of the Compose file: its lines cannot be told from here, so that all are where `build` is. */
function locatedAt(dockerfile: Dockerfile, at: Span): Dockerfile {
  const stages = dockerfile.stages.map((stage) => ({
    ...stage,
    at,
    steps: stage.steps.map((step) => ({ ...step, at })),
  }));
  const final = stages[dockerfile.final?.index ?? -1];
  return {
    stages,
    ...(final !== undefined && { final }),
    diagnostics: dockerfile.diagnostics.map((each) => ({ ...each, at })),
  };
}
