import { readdirSync, statSync } from 'node:fs';

import { errorCodeOf } from '../../../host/error-code.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Build, Service } from '../../../model/project.ts';
import type { BuildPlan } from './plan-build.ts';
import type { DockerStage, ReadDockerfile } from './read-dockerfile.ts';

export function missingContext(service: Service, { context, at }: Build): Diagnostic | undefined {
  const refused = { severity: 'error', at } as const;
  if (/^(https?|git|ssh):|^git@|\.git(#|$)/.test(context)) {
    return {
      ...refused,
      code: 'native/remote-context',
      message: `service ${service.name} is built from ${context}, which is not on this machine`,
      help: 'Clone it, and name the folder as context.',
    };
  }
  try {
    if (statSync(context).isDirectory()) {
      readdirSync(context);
      return undefined;
    }
    return {
      ...refused,
      code: 'native/context-missing',
      message: `service ${service.name} is built from ${context}, which is no folder`,
      help: 'Name the folder that the Dockerfile copies from.',
    };
  } catch (error) {
    const why = errorCodeOf(error) === 'ENOENT' ? 'is not there' : 'cannot be read by this user';
    return {
      ...refused,
      code: 'native/context-missing',
      message: `service ${service.name} is built from ${context}, which ${why}`,
      help: 'Correct the path; it is relative to the Compose file.',
    };
  }
}

export function missingDockerfile(service: Service, { at }: Build, file: string): Diagnostic {
  return {
    code: 'native/dockerfile-missing',
    severity: 'error',
    message: `service ${service.name} is built by ${file}, which is not there or cannot be read`,
    help: 'Name it with build: { dockerfile: … }, relative to the context.',
    at,
  };
}

export function missingStage(
  service: Service,
  { target, at }: Build,
  { stages }: ReadDockerfile,
): Diagnostic {
  const names = stages.flatMap(({ name }: DockerStage) => name ?? []);
  const help =
    names.length === 0 ? 'The Dockerfile names no stage.' : `Stages there: ${names.join(', ')}.`;
  return stages.length === 0
    ? {
        code: 'native/dockerfile-empty',
        severity: 'error',
        message: `the Dockerfile of service ${service.name} has no FROM`,
        help: 'A Dockerfile begins with FROM and the image to start from.',
        at,
      }
    : {
        code: 'native/stage-missing',
        severity: 'error',
        message: `the Dockerfile of service ${service.name} has no stage "${target ?? ''}"`,
        help,
        at,
      };
}

/** Sources of `COPY` that are not in the context. */
export function missingSources(
  service: Service,
  { dockerfileInline, context, at }: Build,
  { stages }: BuildPlan,
): readonly Diagnostic[] {
  return [...stages.values()].flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.kind === 'copy'
        ? (step.missing ?? []).map((source) => ({
            code: 'native/copy-source-missing' as const,
            severity: 'error' as const,
            message: `service ${service.name} copies ${source}, which is not in ${context}`,
            help: 'Correct the path, which starts from the context; look into .dockerignore, too.',
            at: dockerfileInline === undefined ? step.at : at,
          }))
        : [],
    ),
  );
}
