import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Project } from '../model/project.ts';
import type { Facts } from './check.ts';
import { nameOfValue } from './variable-name.ts';
import { textAt } from './written.ts';

interface ClearSecret {
  readonly service: string;
  readonly name: string;
  readonly at: Span;
}

/** A secret is not kept in git, where everybody who ever sees the repository reads it. The value is never printed. */
export function checkClearSecrets(project: Project, facts: Facts): readonly Diagnostic[] {
  return clearSecretsIn(project, facts)
    .filter(({ at }) => facts.tracked.has(at.file))
    .map(({ service, name, at }) => ({
      code: 'compose/secret-in-git',
      severity: 'warning',
      message: `the value of ${name} of ${service} looks like a secret, and git keeps this file`,
      help: `Put it into a file that .gitignore names, write \${${name}} here, and change the secret: git does not forget.`,
      at: nameOfValue(name, at, facts) ?? { ...at, end: at.start },
      secret: true,
    }));
}

/** Files that hold what looks like a secret: only of these it matters whether git keeps them. */
export function filesWithSecrets(
  project: Project,
  facts: Pick<Facts, 'sources'>,
): readonly string[] {
  return [...new Set(clearSecretsIn(project, facts).map(({ at }) => at.file))];
}

function clearSecretsIn(project: Project, facts: Pick<Facts, 'sources'>): readonly ClearSecret[] {
  return project.services.flatMap(({ name: service, environment }) =>
    [...environment].flatMap(([name, { value, at }]): readonly ClearSecret[] => {
      if (at === undefined || at.file === '-' || !looksSecret(name, value)) return [];
      // What a variable puts there is not written there.
      if (textAt(at, facts)?.includes('$') === true) return [];
      return [{ service, name, at }];
    }),
  );
}

const FORMS: readonly RegExp[] = [
  /^AKIA[0-9A-Z]{16}$/,
  /^gh[pousr]_[A-Za-z0-9]{36,}$/,
  /^github_pat_\w{22,}$/,
  /^glpat-[\w-]{20,}$/,
  /^xox[abprs]-[\w-]{20,}$/,
  /^[rs]k_live_[A-Za-z0-9]{16,}$/,
  /^SG\.[\w-]{16,}\.[\w-]{16,}$/,
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
];

const NAME =
  /(?:^|_)(?:PASSWORD|PASSWD|PASS|PASSPHRASE|SECRET|SECRET_KEY|API_?KEY|PRIVATE_KEY|ACCESS_KEY|SECRET_ACCESS_KEY|TOKEN|ENCRYPTION_KEY)(?:_BASE)?$/i;

/** Words of examples; what has one of them in it is nobody's secret. */
const EXAMPLE =
  /pass|secret|change|example|sample|test|dummy|placeholder|insecure|your|todo|local|demo|default|admin|root|user|postgres|mysql|maria|mongo|redis|rabbit|minio|keycloak|qwert|12345|abcdef|xxxx|\*\*\*|foobar|not-|do-not|s3cr|p[a@4]ss|w0rd|[<>{}]|^\/|^https?:/i;

function looksSecret(name: string, value: string): boolean {
  if (FORMS.some((form) => form.test(value))) return !/EXAMPLE/.test(value);
  return NAME.test(name) && !EXAMPLE.test(value) && isRandom(value);
}

/** Long enough, and of several kinds of characters in no order that a word would have. */
function isRandom(value: string): boolean {
  if (value.length < 10 || /\s/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length;
  const different = new Set(value).size;
  return /\d/.test(value) && kinds >= 2 && different >= 7 && (kinds >= 3 || value.length >= 16);
}
