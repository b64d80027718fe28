import { resolve } from 'node:path';

import { expandVariables } from '../engines/native/build/expand-variables.ts';
import { readHealthcheck } from '../engines/native/build/read-healthcheck.ts';
import {
  type DockerInstruction,
  type DockerStage,
  jsonWords,
  type ReadDockerfile,
  readDockerfile,
  splitWords,
} from '../engines/native/build/read-dockerfile.ts';
import { readTextFile } from '../host/read-text-file.ts';
import type { Build, Project } from '../model/project.ts';
import type { ImageFacts } from '../model/translation.ts';

/** What the Dockerfiles of a project say of the images that are built from them, by service. */
export async function imageFactsOf(
  { services }: Project,
  { signal }: { readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, ImageFacts>> {
  const found = await Promise.all(
    services.map(async ({ name, build }) => {
      const text = build === undefined ? undefined : await dockerfileOf(build, signal);
      return build === undefined || text === undefined
        ? []
        : [[name, factsOf(text, build)] as const];
    }),
  );
  return new Map(found.flat());
}

async function dockerfileOf(
  { context, dockerfile, dockerfileInline }: Build,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (dockerfileInline !== undefined) return dockerfileInline;
  if (!context.startsWith('/')) return undefined;
  const file = await readTextFile(resolve(context, dockerfile), { signal });
  return file.kind === 'text' ? file.text : undefined;
}

/** Facts that the last stage, or the one that is asked for, and those below it state. */
export function factsOf(
  text: string,
  { args, target }: Pick<Build, 'args' | 'target'>,
): ImageFacts {
  const read = readDockerfile(text, { file: 'Dockerfile', args });
  let facts: ImageFacts = { ports: [] };
  for (const stage of chainOf(read, target)) {
    const variables = new Map(read.globals);
    for (const instruction of stage.instructions)
      facts = withInstruction(facts, { instruction, variables, args, stage });
  }
  return facts;
}

/** The stage that is built, after those that it goes on from. */
function chainOf({ stages }: ReadDockerfile, target: string | undefined): readonly DockerStage[] {
  const named = (name: string): number =>
    stages.findIndex((stage, index) => stage.name === name.toLowerCase() || String(index) === name);
  const chain: DockerStage[] = [];
  let index = target === undefined ? stages.length - 1 : named(target);
  while (index >= 0 && chain.length <= stages.length) {
    const stage = stages[index];
    if (stage === undefined) break;
    chain.unshift(stage);
    const below = named(stage.base);
    index = below < index ? below : -1;
  }
  return chain;
}

interface Reading {
  readonly instruction: DockerInstruction;
  /** `ARG` and `ENV` so far; more are added. */
  readonly variables: Map<string, string>;
  readonly args: ReadonlyMap<string, string>;
  readonly stage: DockerStage;
}

function withInstruction(
  facts: ImageFacts,
  { instruction, variables, args, stage }: Reading,
): ImageFacts {
  const { keyword, text } = instruction;
  const words = (): readonly string[] => jsonWords(text) ?? ['/bin/sh', '-c', text];
  switch (keyword) {
    case 'ARG':
    case 'ENV':
      for (const [name, value] of assignments(instruction, variables))
        variables.set(name, (keyword === 'ARG' ? args.get(name) : undefined) ?? value);
      return facts;
    case 'USER':
      return { ...facts, user: numbered(expandVariables(text, variables), { stage, variables }) };
    case 'EXPOSE':
      return { ...facts, ports: [...facts.ports, ...splitWords(expandVariables(text, variables))] };
    case 'ENTRYPOINT': {
      // An entry point drops the command of the image below.
      const { command: _, ...rest } = facts;
      return { ...rest, entrypoint: words() };
    }
    case 'CMD':
      return { ...facts, command: words() };
    case 'HEALTHCHECK': {
      const { healthcheck: _, ...rest } = facts;
      const healthcheck = readHealthcheck(instruction);
      return healthcheck === undefined ? rest : { ...rest, healthcheck };
    }
    default:
      return facts;
  }
}

function assignments(
  { text, keyword }: DockerInstruction,
  variables: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const words = splitWords(text);
  // `ENV NAME value`
  if (keyword === 'ENV' && words[0]?.includes('=') === false)
    return [[words[0], expandVariables(words.slice(1).join(' '), variables)]];
  return words.map((word) => {
    const [name = '', ...rest] = word.split('=');
    return [name, expandVariables(rest.join('='), variables)];
  });
}

/** The number of a user whom the stage itself makes; else as it is written. */
function numbered(
  user: string,
  { stage, variables }: Pick<Reading, 'stage' | 'variables'>,
): string {
  const [name = '', group] = user.trim().split(':');
  if (/^\d*$/.test(name)) return user.trim();
  for (const { keyword, text } of stage.instructions) {
    if (keyword !== 'RUN') continue;
    for (const [line] of text.matchAll(/\b(?:useradd|adduser)\b[^&;|]*/g)) {
      const words = splitWords(expandVariables(line, variables));
      const uid = /(?:^|\s)(?:-u|--uid)[= ](\d+)(?:\s|$)/.exec(words.join(' '))?.[1];
      if (uid !== undefined && words.includes(name)) return uid;
    }
  }
  return group === undefined ? name : `${name}:${group}`;
}
