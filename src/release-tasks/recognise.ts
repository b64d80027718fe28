import type { Service } from '../model/project.ts';
import type { MigrateSettings, PreStartHook, ReleaseTask } from '../model/release-task.ts';
import { withChanges } from '../model/with-changes.ts';
import type { ImageFacts } from './image-facts.ts';
import { migrationMentioned } from './migration-command.ts';
import { type CommandSplit, splitCommand } from './split-command.ts';

/** What a service's file, command and image say about release tasks. */
export interface Recognition {
  /** The service as it is to be run: with its task, and without it in its own command. */
  readonly service: Service;
  /** A migration that stays where it is, with the reason. */
  readonly left?: LeftMigration;
}

export interface LeftMigration {
  /** As it is written. */
  readonly migration: string;
  /** Rest of a sentence, as in `it stands within "if"`. */
  readonly why: string;
  readonly origin: 'command' | 'image' | 'script';
  /** Name of the script in which it stands. */
  readonly script?: string;
}

/** As long as the longest migrations that people wait for; what hangs is ended. */
const TIMEOUT_MS = 15 * 60_000;

/**
 * Finds the release task of a service: `x-bowline.migrate`, else `pre_start`, else the migration in front of the server in
 * its command or in that of its image.
 */
export function recogniseReleaseTask(service: Service, image: ImageFacts = {}): Recognition {
  const { migrate, preStart } = service;
  if (migrate?.strategy === 'startup') return { service };
  const own = splitOwn(service, image);
  const serving = own.kind === 'split' ? own.service : service;
  if (migrate !== undefined)
    return { service: withChanges(serving, { releaseTask: taskOf(migrate, migrate) }) };
  if (preStart !== undefined) return fromHooks(serving, preStart);
  if (own.kind === 'split') return { service: withChanges(own.service, { releaseTask: own.task }) };
  return own.kind === 'left' ? { service, left: own.left } : { service };
}

function taskOf(
  { command, timeoutMs, at }: Pick<MigrateSettings, 'command' | 'timeoutMs' | 'at'>,
  { strategy }: Pick<MigrateSettings, 'strategy'>,
): ReleaseTask {
  return {
    command,
    strategy: strategy === 'exec' ? 'exec' : 'task',
    timeoutMs,
    origin: 'x-bowline',
    at,
  };
}

function fromHooks(service: Service, hooks: readonly PreStartHook[]): Recognition {
  const once = hooks.filter(({ perReplica }) => !perReplica);
  const [first] = once;
  if (first === undefined) return { service };
  const task: ReleaseTask = {
    command: commandOfHooks(once),
    entrypoint: [],
    strategy: 'task',
    timeoutMs: TIMEOUT_MS,
    origin: 'pre-start',
    at: first.at,
  };
  return { service: withChanges(service, { releaseTask: task }) };
}

/** One command is taken as it is; several, or one with a folder or variables of its own, need a shell. */
function commandOfHooks(hooks: readonly PreStartHook[]): readonly string[] {
  const [only] = hooks;
  const isPlain =
    hooks.length === 1 && only?.workingDir === undefined && only?.environment.size === 0;
  if (isPlain && only !== undefined) return only.command;
  const lines = hooks.map(({ command, workingDir, environment }) => {
    const folder = workingDir === undefined ? '' : `cd ${quoted(workingDir)} && `;
    const variables = [...environment].map(([name, value]) => `${name}=${quoted(value)} `).join('');
    return `(${folder}${variables}exec ${command.map(quoted).join(' ')})`;
  });
  return ['/bin/sh', '-c', lines.join(' && ')];
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

type OwnSplit =
  | { readonly kind: 'none' }
  | { readonly kind: 'split'; readonly service: Service; readonly task: ReleaseTask }
  | { readonly kind: 'left'; readonly left: LeftMigration };

/** The service's command as Docker would put it together, taken apart. */
function splitOwn(service: Service, image: ImageFacts): OwnSplit {
  const { entrypoint, command } = service;
  const ownCommand = entrypoint === undefined ? (command ?? image.command) : command;
  const origin = command === undefined && entrypoint === undefined ? 'image' : 'command';
  const before = entrypoint ?? image.entrypoint ?? [];
  const argv = [...before, ...(ownCommand ?? [])];
  const split = splitCommand(argv);
  if (split.kind === 'split')
    return { kind: 'split', ...divide(service, { split, before, origin }) };
  if (split.kind === 'left')
    return { kind: 'left', left: { migration: split.migration, why: split.why, origin } };
  const script = inScript(argv, image);
  return script === undefined ? { kind: 'none' } : { kind: 'left', left: script };
}

function divide(
  service: Service,
  {
    split,
    before,
    origin,
  }: {
    readonly split: Extract<CommandSplit, { readonly kind: 'split' }>;
    readonly before: readonly string[];
    readonly origin: 'command' | 'image';
  },
): { readonly service: Service; readonly task: ReleaseTask } {
  const { task, serve } = split;
  // What the entrypoint says stays the entrypoint as long as the line is not in it.
  const isInCommand = before.every((word, index) => task[index] === word && serve[index] === word);
  const at = isInCommand ? before.length : task.length;
  const parts = (argv: readonly string[]) =>
    isInCommand
      ? { command: argv.slice(before.length) }
      : { entrypoint: argv.slice(0, at), command: argv.slice(at) };
  return {
    service: withChanges(service, parts(serve)),
    task: {
      ...parts(task),
      strategy: 'task',
      timeoutMs: TIMEOUT_MS,
      origin,
      serve,
      at: service.at,
    },
  };
}

/** A script that is run and migrates: which parts of it could be left out, only its author knows. */
function inScript(argv: readonly string[], { scripts }: ImageFacts): LeftMigration | undefined {
  for (const [script, text] of scripts ?? []) {
    if (!argv.some((word) => word === script || word.includes(script))) continue;
    const migration = migrationMentioned(text);
    if (migration !== undefined)
      return { migration, why: `it stands in ${script}`, origin: 'script', script };
  }
  return undefined;
}
