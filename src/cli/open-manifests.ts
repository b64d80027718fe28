import { openJournal, redactor, systemClock } from '../actions/journal.ts';
import { secretValuesOf } from '../actions/manifests/manifest-values.ts';
import { openManifests, type OpenManifests } from '../actions/manifests/open-manifests.ts';
import { manifestRuns } from '../actions/manifests/runs.ts';
import type { EventBody } from '../model/event.ts';
import { eventPrinter } from '../report/render-event.ts';
import { renderDiagnostics } from '../report/render-diagnostic.ts';
import type { ProjectOptions } from './command.ts';
import { eventStyleOf } from './event-style.ts';
import type { Io } from './io.ts';
import { manifestOptions } from './manifest-options.ts';

interface ManifestInvocation {
  readonly options: { readonly file: readonly string[]; readonly json: boolean };
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** Reads the manifests that the command line names; shows their warnings, and what is about to be changed where. */
export async function openFor(
  command: string,
  { options, project, io }: ManifestInvocation,
): Promise<{ readonly opened: OpenManifests; readonly emit: (event: EventBody) => void }> {
  const opened = await openManifests(manifestOptions(options.file, project, io), {
    signal: io.signal,
  });
  const { warnings, sources } = opened;
  if (warnings.length > 0) {
    const style = { color: io.stderr.color, width: io.stderr.width ?? 120, cwd: io.cwd };
    io.stderr.write(renderDiagnostics(warnings, sources, style));
  }
  const emit = journalFor(opened, command, { io, json: options.json });
  emit({ kind: 'note', level: 'info', text: targetInWords(opened) });
  return { opened, emit };
}

function targetInWords({ target, manifests, set }: OpenManifests): string {
  const { context, server, namespace } = target;
  const count = manifests.length === 1 ? '1 object' : `${manifests.length} objects`;
  return `target: context ${context} (${server}), namespace ${namespace}: ${count}, remembered as ${set}`;
}

function journalFor(
  { set, target, manifests }: OpenManifests,
  command: string,
  { io, json }: { readonly io: Io; readonly json: boolean },
): (body: EventBody) => void {
  const print = eventPrinter(eventStyleOf(io));
  const { emit } = openJournal({
    clock: systemClock,
    command,
    runs: manifestRuns(io, { set, target }),
    redact: redactor(secretValuesOf(manifests)),
    onEvent: (event) => {
      if (json) io.stdout.write(`${JSON.stringify(event)}\n`);
      else io.stderr.write(print(event) ?? '');
    },
  });
  emit({ kind: 'run-started', command, project: set, engine: 'kubernetes' });
  return emit;
}
