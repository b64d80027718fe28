import { redactor } from '../actions/journal.ts';
import { plan, type PlanResult } from '../actions/plan.ts';
import { servicesNamed, type Session } from '../actions/session.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import { secretsOf } from '../model/secrets.ts';
import type { Plan } from '../model/step.ts';
import { diagnosticsToJson } from '../report/render-diagnostic.ts';
import { renderPlan } from '../report/render-plan.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { open } from './open.ts';
import { parseScale } from './parse-scale.ts';
import { recreateOf, refuseContradictions } from './recreate-of.ts';
import { reportFailure } from './report-failure.ts';

interface PlanInvocation {
  readonly options: {
    readonly exitCode: boolean;
    readonly build: boolean;
    readonly forceRecreate: boolean;
    readonly noRecreate: boolean;
    readonly noDeps: boolean;
    readonly removeOrphans: boolean;
    readonly scale: readonly string[];
    readonly json: boolean;
  };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline plan`: the plan is printed even when something would keep `up` from carrying it out; the exit code then is that of `up`. */
export async function runPlan({ options, operands, project, io }: PlanInvocation): Promise<number> {
  refuseContradictions(options);
  const { json } = options;
  await using session = await open(
    { project, io },
    { quiet: json, enabled: operands, scale: parseScale(options.scale) },
  );
  const result = await plan(
    session,
    {
      services: servicesNamed(session, operands),
      dependencies: !options.noDeps,
      recreate: recreateOf(options),
      build: options.build,
      wait: true,
      removeOrphans: options.removeOrphans,
    },
    { signal: io.signal },
  );
  const shown = redacted(session, result.plan);
  if (json) io.stdout.write(`${JSON.stringify(toJson(session, shown, result.refusal))}\n`);
  else {
    const { color, width } = io.stdout;
    io.stdout.write(
      renderPlan(shown, headingOf(session, result), {
        color,
        ...(width !== undefined && { width }),
      }),
    );
  }
  if (result.refusal !== undefined) {
    if (!json) return reportFailure(result.refusal, io);
    return result.refusal instanceof ComposeError ? ExitCode.wrong : result.refusal.exitCode;
  }
  return options.exitCode && shown.steps.length > 0 ? ExitCode.pending : ExitCode.done;
}

/** Reasons may name values that the file has in the clear. */
function redacted({ project }: Session, shown: Plan): Plan {
  const body = redactor(secretsOf(project))({ kind: 'planned', plan: shown });
  return body.kind === 'planned' ? body.plan : shown;
}

function headingOf({ project, engine }: Session, { plan: { steps }, observed }: PlanResult) {
  const touched = new Set(steps.flatMap(({ step }) => ('service' in step ? [step.service] : [])));
  const present = new Set(observed.replicas.map(({ service }) => service));
  const unchanged = [...present].filter((name) => !touched.has(name)).length;
  return { project: project.name, engine: engine.name, unchanged };
}

function toJson({ project, engine }: Session, shown: Plan, refusal: PlanResult['refusal']) {
  return {
    v: 1,
    project: project.name,
    engine: engine.name,
    pending: shown.steps.length > 0,
    steps: shown.steps,
    ...(refusal instanceof ComposeError && {
      diagnostics: diagnosticsToJson(refusal.diagnostics, refusal.sources),
    }),
    ...(refusal !== undefined && 'findings' in refusal && { findings: refusal.findings }),
  };
}
