import type { EventBody } from '../model/event.ts';
import { ExitCode } from '../model/exit-code.ts';
import { type Finding, RunError } from '../model/finding.ts';
import type { Observed } from '../model/observed.ts';
import type { Service } from '../model/project.ts';
import type { Plan } from '../model/step.ts';
import { isUnknown } from '../plan/release-task.ts';
import type { LeftMigration } from '../release-tasks/recognise.ts';
import type { Session } from './session.ts';

/** What the user should know of the release tasks in `plan`: what was split, and what is left where it is. */
export function notesOnTasks(
  { project, leftMigrations }: Pick<Session, 'project' | 'leftMigrations'>,
  { steps }: Plan,
): readonly EventBody[] {
  const has = (kind: 'start' | 'release-task', { name }: Service): boolean =>
    steps.some(({ step }) => step.kind === kind && step.service === name);
  return project.services.flatMap((service): readonly EventBody[] => {
    const left = leftMigrations.get(service.name);
    if (left !== undefined && has('start', service)) return [leftNote(service, left)];
    const { serve, command = [] } = service.releaseTask ?? {};
    if (serve === undefined || !has('release-task', service)) return [];
    const text = `its command is split: "${inWords(command)}" runs once before, "${inWords(serve)}" with each start`;
    return [{ kind: 'note', level: 'info', service: service.name, text }];
  });
}

function leftNote({ name }: Service, { migration, why }: LeftMigration): EventBody {
  const remedy = 'x-bowline: { migrate: { command: … } } names what is to run once instead';
  return {
    kind: 'note',
    level: 'warning',
    service: name,
    text: `"${inOneLine(migration)}" stays where it is, for ${why}; ${remedy}`,
  };
}

/** The line that a shell gets, or else the words. */
function inWords(argv: readonly string[]): string {
  const line = argv.find((_, index) => index > 0 && /^-\w*c$/.test(argv[index - 1] ?? ''));
  return inOneLine(line ?? argv.join(' '));
}

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

/**
 * A task whose end nobody saw may have done its work, a part of it, or nothing: whether to run it again is not for a
 * program to say.
 *
 * @throws {RunError} when `confirm` says no.
 */
export async function confirmUnknown(
  { steps }: Plan,
  { tasks = [] }: Observed,
  confirm: (question: string) => Promise<boolean>,
): Promise<void> {
  const unknown = tasks.filter(
    (task) =>
      isUnknown(task) &&
      steps.some(({ step }) => step.kind === 'release-task' && step.service === task.service),
  );
  for (const { service } of unknown) {
    const agreed = await confirm(
      `The release task of ${service} was started before, and nobody saw how it ended. Run it again?`,
    );
    if (!agreed) throw new RunError([unknownOutcome(service)], { exitCode: ExitCode.taskFailed });
  }
}

function unknownOutcome(service: string): Finding {
  return {
    code: 'task/unknown-outcome',
    service,
    cause: `the release task of ${service} was started before, and nobody saw how it ended`,
    proof: ['The machine went down, or its processes were killed, while it ran.'],
    fix: [
      `bowline logs ${service} --task shows what it wrote. See what it did to the database; most migrations can be run again.`,
      'bowline up --yes runs it again.',
    ],
  };
}
