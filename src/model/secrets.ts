import type { Project } from './project.ts';

/** What is shown in the place of a secret. */
export const MASK = '‹secret›';

const SECRET_NAME =
  /PASS(WORD|WD|PHRASE)?$|PASSWORD|SECRET|TOKEN|PRIVATE|CREDENTIAL|(^|_)KEY$|API_?KEY/i;
const SHORTEST = 6;

/** Does a variable of this name hold a secret? */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Values that are secret by the name of their variable, by a password in an address, or by being a Compose secret. */
export function secretsOf(project: Project): ReadonlySet<string> {
  const secrets = new Set<string>();
  const add = (value: string): void => {
    // Masking every "app" or "1234" would make the output unreadable and hide nothing.
    if (value.length >= SHORTEST) secrets.add(value);
  };
  for (const { environment } of project.services) {
    for (const [name, { value }] of environment) {
      if (isSecretName(name) && !value.startsWith('/')) add(value);
      const password = passwordIn(value);
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
