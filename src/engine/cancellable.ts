import type { EventBody } from '../model/event.ts';

export interface Cancellable {
  readonly signal: AbortSignal;
}

export interface Emitting {
  readonly emit: (event: EventBody) => void;
}
