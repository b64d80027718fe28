import type { EventBody } from '../model/event.ts';
import { masker } from '../model/secrets.ts';

/** Masks what must not be printed. */
export type Redact = (body: EventBody) => EventBody;

/** Masks `secrets` in every text of an event but in a service's own log lines. */
export function redactor(secrets: ReadonlySet<string>): Redact {
  if (secrets.size === 0) return (body) => body;
  const mask = masker(secrets);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return mask(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape, other texts
  return (body) => (body.kind === 'log' ? body : (walk(body) as EventBody));
}
