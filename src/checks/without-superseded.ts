import type { Diagnostic } from '../model/diagnostic.ts';

/** What an engine refuses, and the warning that says the same about every engine. */
const SAME: Readonly<Record<string, string>> = {
  'native/postgres-data-path': 'compose/postgres-data-path',
  'native/postgres-password-missing': 'compose/required-by-image',
};

/** Without warnings about what an engine refuses anyway. */
export function withoutSuperseded(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Set(
    diagnostics.flatMap(({ code, at }) =>
      Object.hasOwn(SAME, code) ? [`${SAME[code]} ${at?.file ?? ''}`] : [],
    ),
  );
  return diagnostics.filter(({ code, at }) => !told.has(`${code} ${at?.file ?? ''}`));
}
