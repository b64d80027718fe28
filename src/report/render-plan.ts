import stringWidth from 'fast-string-width';
import picocolors from 'picocolors';

import { type Change, changeInWords } from '../model/change.ts';
import type { Plan } from '../model/step.ts';
import { shorten } from './columns.ts';
import { type PlanAction, planActions } from './plan-actions.ts';
import { printable } from './printable.ts';

export interface PlanStyle {
  readonly color: boolean;
  /** Columns of the terminal; absent: nothing is shortened. */
  readonly width?: number;
}

export interface PlanHeading {
  readonly project: string;
  readonly engine: string;
  /** Services that the plan leaves as they are. */
  readonly unchanged: number;
}

const VERBS = {
  create: 'to create',
  run: 'to run',
  start: 'to start',
  replace: 'to replace',
  stop: 'to stop',
  remove: 'to remove',
  wait: 'to wait for',
} as const;

/** What `bowline plan` prints: a heading with counts, then each action with the values that differ. */
export function renderPlan(
  plan: Plan,
  { project, engine, unchanged }: PlanHeading,
  style: PlanStyle,
): string {
  const actions = planActions(plan);
  const where = `${project} on ${engine}`;
  if (actions.length === 0) return `${where}: nothing to do\n`;
  const counts = Object.entries(VERBS).flatMap(([kind, words]) => {
    const count = actions.filter((action) => action.kind === kind).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const stay = unchanged === 0 ? [] : [`${unchanged} as ${unchanged === 1 ? 'it is' : 'they are'}`];
  const longest = Math.max(...actions.map(({ subject }) => stringWidth(printable(subject))));
  const lines = actions.flatMap((action) => actionLines(action, { longest, style }));
  const heading = wrapped(`${where}: ${[...counts, ...stay].join(', ')}`, style.width);
  return `${heading}\n\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** What `up` says before it acts: a line for what is new, and one for each service that changes. */
export function renderPlanShort(plan: Plan, { color }: PlanStyle): readonly string[] {
  const paint = picocolors.createColors(color);
  const actions = planActions(plan).filter(({ kind }) => kind !== 'create' && kind !== 'wait');
  const fresh = actions.filter(({ kind, because }) => kind === 'start' && because === 'new');
  const others = actions.filter((action) => !fresh.includes(action));
  const names = fresh.map(({ subject }) => printable(subject));
  return [
    ...(names.length === 0 ? [] : [`${paint.green('+')} starts ${inShort(names, LISTED)}`]),
    ...others.map((action) => {
      const { sign, words } = wordsOf(action, color);
      const changes = action.changes.map(changeInWords).map(printable);
      const what = changes.length === 0 ? words : inShort(changes, CHANGES_LISTED);
      return `${sign} ${paint.bold(printable(action.subject))}  ${what}`;
    }),
  ];
}

/** Broken between words, the rest below the first line. */
function wrapped(text: string, width = Infinity): string {
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || stringWidth(`${line} ${word}`) > width) {
      lines.push(line === undefined ? word : `  ${word}`);
    } else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join('\n');
}

const LISTED = 8;
const CHANGES_LISTED = 2;

function inShort(items: readonly string[], limit: number): string {
  const shown = items.slice(0, items.length === limit + 1 ? limit + 1 : limit);
  const more = items.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

function actionLines(
  action: PlanAction,
  { longest, style }: { readonly longest: number; readonly style: PlanStyle },
): readonly string[] {
  const { color, width = Infinity } = style;
  const { sign, words } = wordsOf(action, color);
  const subject = printable(action.subject);
  // A very long name does not push the words of the others out of sight.
  const padding = ' '.repeat(Math.max(0, Math.min(longest, LONGEST_NAME) - stringWidth(subject)));
  const bold = picocolors.createColors(color).bold(subject);
  return [
    `  ${sign} ${bold}${padding}  ${words}`,
    ...action.changes.flatMap((change) => changeLines(change, width)),
  ];
}

const LONGEST_NAME = 32;
const INDENT = '      ';

/** On one line if it fits, else with the new value below the old one. */
function changeLines(change: Change, width: number): readonly string[] {
  const whole = `${INDENT}${printable(changeInWords(change))}`;
  if (stringWidth(whole) <= width) return [whole];
  const { at, before, after } = change;
  const parts =
    before === undefined || after === undefined || before === after
      ? [whole]
      : [`${INDENT}${printable(`${at}: ${before}`)}`, `${INDENT}  → ${printable(after)}`];
  return parts.map((part) => shorten(part, width));
}

function wordsOf(
  { kind, because, copies, changes }: PlanAction,
  color: boolean,
): { readonly sign: string; readonly words: string } {
  const { green, yellow, red, dim } = picocolors.createColors(color);
  const why = because === undefined || changes.length > 0 ? '' : `, ${because}`;
  const many = copies === 1 ? '' : `, ${copies} copies`;
  switch (kind) {
    case 'create':
      return { sign: green('+'), words: 'create' };
    case 'start':
      return because === 'new'
        ? { sign: green('+'), words: `start${many}` }
        : { sign: yellow('~'), words: `start${many}${why}` };
    case 'replace':
      return { sign: yellow('~'), words: `replace${many}${why}` };
    case 'run':
      return { sign: yellow('!'), words: `run its release task${why}` };
    case 'stop':
      return { sign: red('-'), words: `stop${many}${why}` };
    case 'remove':
      return { sign: red('-'), words: `remove${many}${why}` };
    case 'wait':
      return { sign: dim('…'), words: 'wait until it is ready' };
  }
}
