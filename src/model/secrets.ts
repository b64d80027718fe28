import type { Project } from './project.ts';

/** What is shown in the place of a secret. */
export const MASK = '‹secret›';

const SECRET_NAME =
  /PASS(WORD|WD|PHRASE)?$|PASSWORD|SECRET|TOKEN|PRIVATE|CREDENTIAL|(^|_)KEY$|API_?KEY/i;
const SHORTEST = 6;
/** Shorter lines of a longer text are words and brackets. */
const LONG_LINE = 16;

/** Does a variable of this name hold a secret? */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Values that are secret by the name of their variable, by a password in an address, or by being a Compose secret. */
export function secretsOf(project: Project): ReadonlySet<string> {
  const found = project.services.flatMap(({ environment, build }) => [
    ...secretsIn([...environment].map(([name, { value }]) => [name, value] as const)),
    ...secretsIn(build?.args ?? []),
  ]);
  for (const source of project.secrets)
    if (source.kind === 'environment' || source.kind === 'content')
      found.push(...linesOf(source.value ?? ''));
  return new Set(found);
}

/** Values that are secret by the name of their variable, or by a password in an address. */
export function secretsIn(
  variables: Iterable<readonly [name: string, value: string]>,
): readonly string[] {
  return [...variables].flatMap(([name, value]) => [
    ...(isSecretName(name) && !value.startsWith('/') ? linesOf(value) : []),
    ...linesOf(passwordIn(value) ?? ''),
  ]);
}

/** What is looked for: output comes line by line, so that a key of many lines is many secrets. */
function linesOf(value: string): readonly string[] {
  // Masking every "app" or "1234" would make the output unreadable and hide nothing.
  if (value.length < SHORTEST) return [];
  const lines = value.split('\n').map((line) => line.trim());
  return lines.length === 1
    ? [value]
    : [value, ...lines.filter((line) => line.length >= LONG_LINE)];
}

/** Makes what masks `secrets` in a text. */
export function masker(secrets: ReadonlySet<string>): (text: string) => string {
  // The longest first: one secret may be a part of another.
  const ordered = [...secrets].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

/** The password of an address such as `postgres://app:hunter22@db/app`. */
function passwordIn(value: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/@:]*:([^/@]+)@/i.exec(value)?.[1];
}
