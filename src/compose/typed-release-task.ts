import type { MigrateSettings, PreStartHook } from '../model/release-task.ts';
import { parseDuration } from './duration.ts';
import type { Node } from './node.ts';
import { flagOf, itemsOf, textOf, valueAt } from './tree.ts';
import { textMap, wordsOf } from './typed-values.ts';

/** As long as the longest migrations that people wait for; what hangs is ended. */
const TIMEOUT_MS = 15 * 60_000;

/** `x-bowline.migrate`, typed. */
export function migrateOf(node: Node | undefined): MigrateSettings | undefined {
  const command = wordsOf(valueAt(node, 'command'));
  if (node === undefined || command === undefined || command.length === 0) return undefined;
  const timeout = textOf(valueAt(node, 'timeout'));
  const timeoutMs = (timeout === undefined ? undefined : parseDuration(timeout)) ?? TIMEOUT_MS;
  const strategy = strategyOf(textOf(valueAt(node, 'strategy')));
  return { command, strategy, timeoutMs, at: node.at };
}

function strategyOf(text: string | undefined): MigrateSettings['strategy'] {
  return text === 'startup' || text === 'exec' ? text : 'task';
}

/** `pre_start`, typed. */
export function preStartOf(node: Node): readonly PreStartHook[] | undefined {
  const hooks = itemsOf(node).flatMap((item): readonly PreStartHook[] => {
    const command = wordsOf(valueAt(item, 'command'));
    if (command === undefined || command.length === 0) return [];
    const workingDir = textOf(valueAt(item, 'working_dir'));
    return [
      {
        command,
        ...(workingDir !== undefined && { workingDir }),
        environment: textMap(valueAt(item, 'environment')),
        perReplica: flagOf(valueAt(item, 'per_replica')) === true,
        at: item.at,
      },
    ];
  });
  return hooks.length === 0 ? undefined : hooks;
}
