export { loadProject, type LoadedProject, type LoadOptions } from './actions/load-project.ts';
export { openSession, type Session, type SessionOptions } from './actions/session.ts';
export { up, type UpResult } from './actions/up.ts';
export { down, restart, start, stop } from './actions/stop.ts';
export { ComposeError, type Diagnostic, type Span } from './model/diagnostic.ts';
export type { Event, EventBody } from './model/event.ts';
export { type Finding, RunError } from './model/finding.ts';
export type { Project, Service } from './model/project.ts';
