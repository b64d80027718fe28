import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from '../host/atomic-file.ts';
import { ComposeError, type Diagnostic } from '../model/diagnostic.ts';
import { type EngineName, engineNames, parseEngineName } from '../model/engine-name.ts';
import { nearest } from '../model/nearest.ts';
import type { EnvironmentSettings, Project } from '../model/project.ts';
import type { Reached } from '../model/reached.ts';

export interface EngineChoice {
  readonly name: EngineName;
  /** What the user should know of it before something is started. */
  readonly note?: { readonly level: 'info' | 'warning'; readonly text: string };
}

export interface EngineQuestion {
  /** Of the command line, or of `BOWLINE_ENGINE`. */
  readonly asked: string | undefined;
  readonly project: Project;
  readonly target: EnvironmentSettings | undefined;
  /** Folder of the project's state. */
  readonly state: string;
  readonly reachDocker: () => Promise<Reached>;
}

/**
 * The engine of a project: what was asked for, what its environment or its file says, where it was before; otherwise
 * Docker if it is reachable, else this machine. Only the last of these looks whether there is an engine.
 */
export async function chooseEngine(question: EngineQuestion): Promise<EngineChoice> {
  const { project, target, state } = question;
  const said = askedFor(question.asked) ?? target?.engine ?? project.settings.engine;
  const kept = await keptEngine(state);
  if (said === undefined) return kept === undefined ? firstChoice(question) : { name: kept };
  if (kept === undefined || kept === said) return { name: said };
  return {
    name: said,
    note: {
      level: 'warning',
      text: `${project.name} was on ${kept} before: its data stays there and is not copied to ${said}; bowline --engine ${kept} down takes down what runs there`,
    },
  };
}

async function firstChoice({ reachDocker, project }: EngineQuestion): Promise<EngineChoice> {
  const docker = await reachDocker();
  const text =
    docker.kind === 'reachable'
      ? `${project.name} runs on docker ${docker.version}, which is reachable here; --engine native runs it without`
      : `${project.name} runs natively, for ${docker.reason}`;
  return {
    name: docker.kind === 'reachable' ? 'docker' : 'native',
    note: { level: 'info', text },
  };
}

function askedFor(text: string | undefined): EngineName | undefined {
  if (text === undefined || text === '') return undefined;
  const name = parseEngineName(text);
  if (name !== undefined) return name;
  const near = nearest(text, engineNames);
  throw refusal({
    code: 'arguments/wrong-value',
    severity: 'error',
    message: `there is no engine "${text}"`,
    help: `Engines are ${engineNames.join(', ')}${near === undefined ? '' : `; perhaps ${near} was meant`}.`,
  });
}

/**
 * Settings of the environment that was named; none for one that the file does not know, while it knows none at all.
 *
 * @throws {ComposeError} when the file has environments, and not this one.
 */
export function targetOf(
  { settings }: Project,
  environment: string | undefined,
): EnvironmentSettings | undefined {
  const { environments } = settings;
  if (environment === undefined) return undefined;
  const target = environments.get(environment);
  if (target !== undefined || environments.size === 0 || environment === 'local') return target;
  const near = nearest(environment, [...environments.keys()]);
  throw refusal({
    code: 'arguments/unknown-environment',
    severity: 'error',
    message: `there is no environment "${environment}" in this file`,
    help: `Environments here: ${[...environments.keys()].join(', ')}${near === undefined ? '' : `; perhaps ${near} was meant`}.`,
  });
}

function refusal(diagnostic: Diagnostic): ComposeError {
  return new ComposeError([diagnostic], { sources: new Map() });
}

/** Before engines were kept there was only the native one, which has a folder of units. */
async function keptEngine(state: string): Promise<EngineName | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(fileIn(state), 'utf8'));
    if (typeof kept === 'object' && kept !== null && 'engine' in kept) {
      const name = typeof kept.engine === 'string' ? parseEngineName(kept.engine) : undefined;
      if (name !== undefined) return name;
    }
  } catch {
    // None was kept, or nothing that can be read.
  }
  const units = await readdir(join(state, 'units')).catch(() => []);
  return units.length === 0 ? undefined : 'native';
}

/** From now on the project stays on this engine. */
export async function keepEngine(state: string, engine: EngineName): Promise<void> {
  if ((await keptEngine(state)) === engine) return;
  await writeFileAtomically(fileIn(state), `${JSON.stringify({ format: 1, engine })}\n`);
}

/** Nothing of the project is left: the next `up` chooses anew. */
export async function forgetEngine(state: string): Promise<void> {
  await rm(fileIn(state), { force: true });
}

function fileIn(state: string): string {
  return join(state, 'engine.json');
}
