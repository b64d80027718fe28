import type { Diagnostic } from '../model/diagnostic.ts';

/**
 * By file in the order given, other files behind, then by place; what has no place comes first. A mistake in a part that
 * aliases or several services share is one mistake.
 */
export function sortDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: readonly string[],
): readonly Diagnostic[] {
  const order = new Map(files.map((file, index) => [file, index]));
  const rank = ({ at }: Diagnostic): number => {
    if (at === undefined) return -1;
    return order.get(at.file) ?? files.length;
  };
  return withoutRepeats(diagnostics).toSorted(
    (one, other) =>
      rank(one) - rank(other) ||
      (one.at?.file ?? '').localeCompare(other.at?.file ?? '', 'en') ||
      (one.at?.start ?? 0) - (other.at?.start ?? 0) ||
      one.code.localeCompare(other.code, 'en'),
  );
}

function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const known = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, message, at } = diagnostic;
    const key = at === undefined ? message : `${code} ${at.start} ${at.end} ${at.file}`;
    if (!known.has(key)) known.set(key, diagnostic);
  }
  return [...known.values()];
}
