import type { Finding } from '../model/finding.ts';
import { exitInWords } from './exit-in-words.ts';
import type { ServiceFacts } from './service-facts.ts';
import { lastLines } from './trouble.ts';

const LOG_LINES = 12;

/** It has ended by itself, once or again and again. */
export function ended({ service, replica, lines }: ServiceFacts): Finding | undefined {
  const state = replica?.state;
  if (state?.kind !== 'exited' && state?.kind !== 'restarting') return undefined;
  if (state.kind === 'exited' && (state.stopped || isSuccess(state.exit))) return undefined;
  const times =
    state.kind === 'restarting' ? `, and was started again ${state.restarts} times so far` : '';
  const log = lastLines(lines, LOG_LINES);
  return {
    code: state.kind === 'restarting' ? 'service/crash-loop' : 'service/ended',
    service: service.name,
    cause: `${service.name} ${exitInWords(state.exit)}${times}`,
    proof: log.length > 0 ? log : ['it wrote nothing'],
    fix: [`bowline logs ${service.name} shows all that it wrote.`],
  };
}

function isSuccess(exit: { readonly kind: string; readonly code?: number }): boolean {
  return exit.kind === 'code' && exit.code === 0;
}
