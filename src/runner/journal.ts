import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Clock } from '../host/clock.ts';
import type { Event, EventBody } from '../model/event.ts';
import type { Redact } from './redact.ts';

export interface JournalOptions {
  readonly clock: Clock;
  /** What the user asked for, as in `up`. */
  readonly command: string;
  /** Folder that gets a folder for this run. */
  readonly runs: string;
  readonly redact: Redact;
  /** Sees each event at once, redacted, in order. */
  readonly onEvent: (event: Event) => void;
}

export interface Journal {
  readonly run: string;
  readonly emit: (body: EventBody) => void;
}

/** Numbers and dates events, masks secrets in them, hands them on and keeps them under `runs/<run>/events.ndjson`. */
export function openJournal({ clock, command, runs, redact, onEvent }: JournalOptions): Journal {
  const startedAt = new Date(clock.wallMs()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const run = `${startedAt}-${command}-${process.pid.toString(36)}`;
  const file = join(runs, run, 'events.ndjson');
  let seq = 0;
  let canKeep = true;
  // A run that is refused has only begun, and leaves no file.
  let first: string | undefined;
  const keep = (event: Event): void => {
    const line = `${JSON.stringify(event)}\n`;
    if (event.seq === 1) {
      first = line;
      return;
    }
    try {
      if (first !== undefined) mkdirSync(join(runs, run), { recursive: true, mode: 0o700 });
      // In order and before the next event, for a crash may follow; the lines are few.
      appendFileSync(file, `${first ?? ''}${line}`, { mode: 0o600 });
      first = undefined;
    } catch {
      // A full disk must not stop what the run is about; the terminal still shows each event.
      canKeep = false;
    }
  };
  return {
    run,
    emit(body) {
      seq += 1;
      const event: Event = { v: 1, seq, atMs: clock.wallMs(), run, body: redact(body) };
      // A service's log has a file of its own.
      if (canKeep && body.kind !== 'log') keep(event);
      onEvent(event);
    },
  };
}
