import type { EventBody } from '../model/event.ts';
import type { Project } from '../model/project.ts';

/** Masks what must not be printed. */
export type Redact = (body: EventBody) => EventBody;

const SECRET_NAME =
  /PASS(WORD|WD|PHRASE)?$|PASSWORD|SECRET|TOKEN|PRIVATE|CREDENTIAL|(^|_)KEY$|API_?KEY/i;
const SHORTEST = 6;
const MASK = '‹secret›';

/** Values that are secret by the name of their variable, by a password in an address, or by being a Compose secret. */
export function secretsOf(project: Project): ReadonlySet<string> {
  const secrets = new Set<string>();
  const add = (value: string): void => {
    // Masking every "app" or "1234" would make the output unreadable and hide nothing.
    if (value.length >= SHORTEST) secrets.add(value);
  };
  for (const { environment } of project.services) {
    for (const [name, { value }] of environment) {
      if (SECRET_NAME.test(name) && !value.startsWith('/')) add(value);
      const password = /^[a-z][a-z0-9+.-]*:\/\/[^/@:]*:([^/@]+)@/i.exec(value)?.[1];
      if (password !== undefined) add(password);
    }
  }
  for (const source of project.secrets) {
    if (
      (source.kind === 'environment' || source.kind === 'content') &&
      source.value !== undefined
    ) {
      add(source.value);
    }
  }
  return secrets;
}

/** Masks `secrets` in every text of an event but in a service's own log lines. */
export function redactor(secrets: ReadonlySet<string>): Redact {
  // The longest first: one secret may be a part of another.
  const ordered = [...secrets].toSorted((a, b) => b.length - a.length);
  if (ordered.length === 0) return (body) => body;
  const mask = (text: string): string =>
    ordered.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return mask(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same shape, other texts
  return (body) => (body.kind === 'log' ? body : (walk(body) as EventBody));
}
