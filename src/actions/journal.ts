export { systemClock } from '../host/clock.ts';
export { openJournal } from '../runner/journal.ts';
export { redactor } from '../runner/redact.ts';
