import { exitInWords } from '../../diagnose/exit-in-words.ts';
import type { Finding } from '../../model/finding.ts';
import type { AwaitCondition } from '../../model/step.ts';
import type { UnitRecord } from './unit.ts';

export type Verdict =
  | { readonly kind: 'met' }
  /** Not yet; `because` is what to say to someone who waits. */
  | { readonly kind: 'pending'; readonly because: string }
  /** It will not come to it. */
  | { readonly kind: 'failed'; readonly findings: readonly Finding[] };

/**
 * Is `condition` true of every replica of a service? Looks at one observation and nothing else.
 *
 * `ready` is not decided here for a service without healthcheck: then its published port is asked.
 */
export function judge(
  service: string,
  units: readonly UnitRecord[],
  condition: AwaitCondition,
): Verdict {
  if (units.length === 0) return { kind: 'pending', because: `${service} is not started yet` };
  const verdicts = units.map((unit) => judgeUnit(unit, condition));
  const findings = verdicts.flatMap((verdict) =>
    verdict.kind === 'failed' ? verdict.findings : [],
  );
  if (findings.length > 0) return { kind: 'failed', findings };
  return verdicts.find(({ kind }) => kind === 'pending') ?? { kind: 'met' };
}

function judgeUnit(unit: UnitRecord, condition: AwaitCondition): Verdict {
  switch (condition) {
    case 'service_started':
      return unit.state.kind === 'created'
        ? { kind: 'pending', because: 'it is being started' }
        : { kind: 'met' };
    case 'service_completed_successfully':
      return judgeCompletion(unit);
    case 'service_healthy':
    case 'ready':
      return judgeHealth(unit, condition);
  }
}

function judgeCompletion(unit: UnitRecord): Verdict {
  const { state } = unit;
  if (state.kind !== 'exited') return { kind: 'pending', because: 'it has not ended yet' };
  if (state.exit.kind === 'code' && state.exit.code === 0) return { kind: 'met' };
  return failed(unit, {
    code: 'task/failed',
    cause: `${serviceOf(unit)} did not complete: it ${exitInWords(state.exit)}`,
  });
}

function judgeHealth(unit: UnitRecord, condition: 'service_healthy' | 'ready'): Verdict {
  const { state } = unit;
  const name = serviceOf(unit);
  switch (state.kind) {
    case 'created':
      return { kind: 'pending', because: 'it is being started' };
    case 'restarting':
      return state.restarts >= ENOUGH_RESTARTS
        ? failed(unit, {
            code: 'native/crash-loop',
            cause: `${name} ${exitInWords(state.exit)} again and again, ${state.restarts} times so far`,
          })
        : { kind: 'pending', because: `it ${exitInWords(state.exit)} and is started again` };
    case 'exited':
      if (condition === 'ready' && state.exit.kind === 'code' && state.exit.code === 0)
        return { kind: 'met' };
      return failed(unit, { code: 'native/exited', cause: `${name} ${exitInWords(state.exit)}` });
    case 'running':
      switch (state.health.kind) {
        case 'healthy':
          return { kind: 'met' };
        case 'unhealthy':
          return failed(unit, {
            code: 'native/unhealthy',
            cause: `${name} runs, but its healthcheck fails`,
            output: state.health.lastOutput,
          });
        case 'starting':
          return {
            kind: 'pending',
            because: state.health.lastOutput ?? 'its healthcheck has not passed yet',
          };
        case 'none':
          return condition === 'ready'
            ? { kind: 'met' }
            : failed(unit, {
                code: 'native/no-healthcheck',
                cause: `${name} is to be waited for until it is healthy, but has no healthcheck`,
              });
      }
  }
}

/** As many tries as it takes to tell a crash from waiting for something that is not up yet. */
const ENOUGH_RESTARTS = 3;

function failed(
  unit: UnitRecord,
  {
    code,
    cause,
    output,
  }: Pick<Finding, 'code' | 'cause'> & { readonly output?: string | undefined },
): Verdict {
  const proof =
    output === undefined || output.trim() === '' ? {} : { proof: output.trim().split('\n') };
  return { kind: 'failed', findings: [{ code, service: serviceOf(unit), cause, ...proof }] };
}

function serviceOf({ service, name }: UnitRecord): string {
  return service ?? name;
}
