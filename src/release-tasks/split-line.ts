import {
  readScript,
  type CommandList,
  type Pipeline,
  type ShellCommand,
} from '../shell/read-script.ts';
import { migrationMentioned, schemaEffectOf } from './migration-command.ts';

/** What becomes of a line of shell that may migrate a database and then serve. */
export type LineSplit =
  /** There is nothing in it to split: it does not migrate, or it does nothing else. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'split';
      /** What runs once: the line up to its last migration. */
      readonly task: string;
      /** What runs with each start: the line without its migrations. */
      readonly serve: string;
      /** The migrations, as they are written. */
      readonly migrations: readonly string[];
    }
  /** It migrates, and nobody can say that it would do the same in two parts. */
  | { readonly kind: 'left'; readonly migration: string; readonly why: string };

/**
 * Splits `migrate && serve` into what runs once and what runs with each start.
 *
 * It rests on two facts. A migration that has succeeded is, for the commands after it, the same as `:`; so the line with
 * `:` in its place serves as before. And what stands before the migration ran with the start of every copy already; so to
 * run it once more, before the migration, does what one more copy would do.
 */
export function splitLine(line: string): LineSplit {
  const script = readScript(line);
  if (script.kind === 'unreadable') return left(migrationMentioned(line), script.why);
  const { lists } = script;
  const found = lists.flatMap((list, index) => migrationsOf(list, index));
  const hidden = lists.flatMap(({ pipelines }) =>
    pipelines.flatMap(({ commands }) => commands.flatMap(hiddenIn)),
  );
  const last = found.at(-1);
  if (hidden[0] !== undefined) return left(hidden[0].text, hidden[0].why);
  if (last === undefined) return left(inSubstitution(lists), 'it stands inside another command');
  // Nothing comes after what takes the place of the shell.
  if (isExec(last.pipeline)) return { kind: 'none' };
  const why = obstacleBefore(last, lists, line) ?? obstacleOf(found);
  if (why !== undefined) return left(textOf(last.pipeline, line), why);
  const serve = withoutMigrations(line, lists, found);
  if (!serves(serve)) return { kind: 'none' };
  const task = line.slice(0, endOfGroup(last)).trim();
  return {
    kind: 'split',
    task,
    serve,
    migrations: found.map((each) => textOf(each.pipeline, line)),
  };
}

interface Found {
  readonly list: CommandList;
  /** Of the list in the line. */
  readonly index: number;
  readonly pipeline: Pipeline;
  readonly destroys: boolean;
}

function left(migration: string | undefined, why: string): LineSplit {
  return migration === undefined ? { kind: 'none' } : { kind: 'left', migration, why };
}

function textOf({ start, end }: Pipeline, line: string): string {
  return line.slice(start, end);
}

function migrationsOf(list: CommandList, index: number): readonly Found[] {
  return list.pipelines.flatMap((pipeline) => {
    const effects = pipeline.commands.map((each) =>
      each.kind === 'simple' ? schemaEffectOf(each.words) : 'none',
    );
    if (effects.every((each) => each === 'none')) return [];
    return [{ list, index, pipeline, destroys: effects.includes('destroys') }];
  });
}

/** A migration where it cannot be cut out. */
function hiddenIn(
  command: ShellCommand,
): readonly { readonly text: string; readonly why: string }[] {
  if (command.kind === 'compound') {
    const words = command.inner.find((each) => schemaEffectOf(each) !== 'none');
    const what =
      command.keyword === '(' || command.keyword === '{' ? 'a group' : `"${command.keyword}"`;
    return words === undefined ? [] : [{ text: words.join(' '), why: `it stands within ${what}` }];
  }
  return [];
}

/** A migration within quotes or `$(…)`, of which another program makes something. */
function inSubstitution(lists: readonly CommandList[]): string | undefined {
  const words = lists.flatMap(({ pipelines }) =>
    pipelines.flatMap(({ commands }) =>
      commands.flatMap((each) =>
        each.kind === 'simple' && !/^(?:echo|printf)$/.test(each.words[0] ?? '') ? each.words : [],
      ),
    ),
  );
  const nested = words.filter((each) => /\s/.test(each));
  return nested.map(migrationMentioned).find((each) => each !== undefined);
}

/** Programs that go on in the background after they have ended. */
const STARTERS =
  /^(?:service|systemctl|supervisord|nginx|httpd|apache2ctl|apachectl|redis-server|memcached|crond?|rsyslogd|pg_ctl|mysqld)$/;

/** Why the line up to its last migration cannot run by itself. */
function obstacleBefore(
  { list, index, pipeline: last }: Found,
  lists: readonly CommandList[],
  line: string,
): string | undefined {
  if (list.background) return 'it runs in the background, beside the server';
  const before = lists.slice(0, index);
  if (before.some(({ background }) => background))
    return 'something before it goes on in the background';
  const earlier = [...before, list]
    .flatMap(({ pipelines }) => pipelines)
    .filter(({ end }) => end < last.end);
  for (const pipeline of earlier) {
    const obstacle = obstacleIs(pipeline);
    if (obstacle !== undefined) return `"${textOf(pipeline, line)}" before it ${obstacle}`;
  }
  return undefined;
}

function obstacleIs({ commands }: Pipeline): string | undefined {
  const [first] = commands;
  if (first?.kind !== 'simple') return undefined;
  const [program = ''] = first.words;
  if (isExec({ commands })) return 'takes the place of the shell';
  if (program === 'trap') return 'sets a trap';
  return STARTERS.test(program) || first.words.some((word) => /^--daemon(?:ize)?\b/.test(word))
    ? 'goes on in the background'
    : undefined;
}

function isExec({ commands: [first] }: Pick<Pipeline, 'commands'>): boolean {
  return first?.kind === 'simple' && first.words[0] === 'exec' && first.words.length > 1;
}

function obstacleOf(found: readonly Found[]): string | undefined {
  return found.some(({ destroys }) => destroys)
    ? 'it makes the schema anew, with the loss of all data'
    : undefined;
}

/** Pipelines joined by `||`: `&&` binds them to what comes before and after. */
function groupsOf({ pipelines }: CommandList): readonly (readonly Pipeline[])[] {
  const groups: Pipeline[][] = [];
  for (const pipeline of pipelines) {
    if (pipeline.joint === '||') groups.at(-1)?.push(pipeline);
    else groups.push([pipeline]);
  }
  return groups;
}

function endOfGroup({ list, pipeline }: Found): number {
  return (
    groupsOf(list)
      .find((group) => group.includes(pipeline))
      ?.at(-1)?.end ?? pipeline.end
  );
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function withoutMigrations(
  line: string,
  lists: readonly CommandList[],
  found: readonly Found[],
): string {
  const pipelines = new Set(found.map(({ pipeline }) => pipeline));
  const cuts = lists.flatMap((list) => cutsOf(list, pipelines));
  let text = '';
  let at = 0;
  for (const { start, end, by } of cuts) {
    text += line.slice(at, start) + by;
    at =
      by === '' && text.endsWith(' ') ? end + (/^ +/.exec(line.slice(end))?.[0].length ?? 0) : end;
  }
  return (text + line.slice(at)).trim();
}

/** `:` in place of each migration, or nothing where `:` would change nothing. */
function cutsOf(list: CommandList, migrations: ReadonlySet<Pipeline>): readonly Cut[] {
  const groups = groupsOf(list);
  const kept = groups.findIndex(([first]) => first === undefined || !migrations.has(first));
  if (kept < 0 && groups.every(([first]) => first !== undefined)) {
    return [{ start: list.start, end: list.end, by: '' }];
  }
  const cuts: Cut[] = [];
  const firstKept = groups[kept]?.[0];
  if (kept > 0 && firstKept !== undefined)
    cuts.push({ start: list.start, end: firstKept.start, by: '' });
  for (const [index, group] of groups.entries()) {
    const [only, ...alternatives] = group;
    const before = groups[index - 1]?.at(-1);
    if (index < kept || only === undefined) continue;
    if (migrations.has(only) && alternatives.length === 0 && before !== undefined) {
      cuts.push({ start: before.end, end: only.end, by: '' });
      continue;
    }
    for (const { start, end } of group.filter((each) => migrations.has(each)))
      cuts.push({ start, end, by: ':' });
  }
  return cuts;
}

/** Is anything left that goes on, or only what sets the scene for it? */
function serves(line: string): boolean {
  const script = readScript(line);
  if (script.kind === 'unreadable') return false;
  return script.lists.some(({ pipelines }) =>
    pipelines.some(({ commands }) =>
      commands.some((each) => each.kind === 'simple' && !SCENERY.test(each.words.join(' '))),
    ),
  );
}

const SCENERY =
  /^(?:$|:|true$|false$|(?:cd|export|unset|set|umask|ulimit|source|\.|echo|printf|sleep|chmod|chown|mkdir|touch|ln|cp|mv|rm|exit|wait|test|\[|date|ls|pwd|env|whoami|wait-for\S*|\S*\/wait-for\S*|pg_isready|nc|until)(?:\s|$))/;
