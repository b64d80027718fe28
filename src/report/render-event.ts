import picocolors from 'picocolors';

import type { Event, EventBody } from '../model/event.ts';
import type { Plan, PlannedStep, Step, StepId } from '../model/step.ts';
import { tookInWords } from './duration-words.ts';
import { printable } from './printable.ts';
import { renderPlanShort } from './render-plan.ts';
import { wrap } from './wrap.ts';

export interface EventStyle {
  readonly color: boolean;
  /** Begin each line with the time: for files and pipes. */
  readonly timestamps: boolean;
  /** Columns of the terminal. Absent: as long as it gets. */
  readonly width?: number;
}

/** Turns events into the lines a person reads. Gives `undefined` for an event that says nothing new to a person. */
export function eventPrinter({
  color,
  timestamps,
  width,
}: EventStyle): (event: Event) => string | undefined {
  const print = bodyPrinter(picocolors.createColors(color), color);
  return ({ atMs, body }) => {
    const text = print(body);
    if (text === undefined) return undefined;
    const before = timestamps ? `${new Date(atMs).toISOString()} ` : '';
    return text
      .split('\n')
      .map((each) => `${before}${body.kind === 'output' ? each : wrap(each, width)}\n`)
      .join('');
  };
}

// oxlint-disable-next-line max-lines-per-function -- one case for each kind of event
function bodyPrinter(
  { green, yellow, dim, bold, red }: ReturnType<typeof picocolors.createColors>,
  color: boolean,
): (body: EventBody) => string | undefined {
  const planned = new Map<StepId, PlannedStep>();
  const line = (sign: string, who: string, what: string): string =>
    `${sign} ${who === '' ? '' : `${bold(printable(who))}  `}${printable(what)}`;
  const finished = ({ step: id, changed, tookMs }: StepFinished): string | undefined => {
    const step = planned.get(id);
    const words = step === undefined || !changed ? undefined : done(step);
    if (step === undefined || words === undefined) return undefined;
    return `${line(green('✓'), subject(step.step), words)} ${dim(`(${tookInWords(tookMs)})`)}`;
  };
  const failed = ({ step: id, findings: [finding] }: StepFailed): string | undefined => {
    const step = planned.get(id);
    return step === undefined || finding === undefined
      ? undefined
      : line(red('✗'), subject(step.step), finding.cause);
  };
  const object = ({ object: title, became, words, tookMs }: ObjectEvent): string | undefined => {
    if (became === 'unchanged') return undefined;
    const sign = became === 'kept' ? dim('·') : green('✓');
    const took = tookMs === undefined ? '' : ` ${dim(`(${tookInWords(tookMs)})`)}`;
    const more = words === undefined ? '' : `: ${words}`;
    return `${line(sign, title, `${became}${more}`)}${took}`;
  };
  return (body) => {
    switch (body.kind) {
      case 'planned':
        for (const step of body.plan.steps) planned.set(step.id, step);
        return inShort(body.plan, color);
      case 'step-finished':
        return finished(body);
      case 'step-failed':
        return failed(body);
      case 'note': {
        const sign = body.level === 'warning' ? yellow('!') : dim('·');
        return line(sign, body.service ?? '', body.text);
      }
      case 'output':
        return dim(`│ ${printable(`${body.service}: ${body.text}`)}`);
      case 'waiting':
        return line(dim('…'), '', waiting(body));
      case 'object':
        return object(body);
      case 'published':
        return line(green('→'), body.service, body.url);
      case 'run-started':
      case 'step-started':
      case 'replica':
      case 'log':
      case 'run-finished':
        return undefined;
      default:
        return body satisfies never;
    }
  };
}

/** Stopping says what it does as it does it. */
function inShort(plan: Plan, color: boolean): string | undefined {
  if (!plan.steps.some(({ step }) => step.kind === 'start')) return undefined;
  return renderPlanShort(plan, { color }).join('\n');
}

type StepFinished = Extract<EventBody, { readonly kind: 'step-finished' }>;
type StepFailed = Extract<EventBody, { readonly kind: 'step-failed' }>;
type ObjectEvent = Extract<EventBody, { readonly kind: 'object' }>;
type Waiting = Extract<EventBody, { readonly kind: 'waiting' }>;

function waiting({ step, because, forMs }: Waiting): string {
  const what = step.replace(/^await /, '');
  // A cause names what it is about by itself.
  const said = because.startsWith(`${what}: `) ? because : `${what}: ${because}`;
  return `waiting for ${said} (${tookInWords(forMs)})`;
}

function subject(step: Step): string {
  if ('service' in step) return step.service;
  if (step.kind === 'prune') return 'leftovers';
  return 'volume' in step ? step.volume : step.network;
}

function done({ step, because }: PlannedStep): string | undefined {
  switch (step.kind) {
    case 'create-network':
      return 'network created';
    case 'remove-network':
      return 'network removed';
    case 'create-volume':
      return 'volume created';
    case 'prepare':
      return 'prepared';
    case 'start':
      return because === undefined || because === 'new' || because === 'stopped'
        ? 'started'
        : `started, ${because}`;
    case 'release-task':
      return because === undefined ? 'release task done' : `release task done, ${because}`;
    case 'prune':
      return undefined;
    case 'end-task':
      return step.forget ? undefined : 'release task ended';
    case 'await':
      return AWAITED[step.condition];
    case 'stop':
      return 'stopped';
    case 'remove':
      return 'removed';
    case 'remove-volume':
      return 'volume removed, with its data';
  }
}

const AWAITED = {
  service_started: 'runs',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
  ready: 'ready',
} as const;
