import type { Diagnostic } from '../model/diagnostic.ts';

/** By file in the order given, other files behind, then by place; what has no place comes first. */
export function sortDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: readonly string[],
): readonly Diagnostic[] {
  const order = new Map(files.map((file, index) => [file, index]));
  const rank = ({ at }: Diagnostic): number => {
    if (at === undefined) return -1;
    return order.get(at.file) ?? files.length;
  };
  return diagnostics.toSorted(
    (one, other) =>
      rank(one) - rank(other) ||
      (one.at?.file ?? '').localeCompare(other.at?.file ?? '', 'en') ||
      (one.at?.start ?? 0) - (other.at?.start ?? 0) ||
      one.code.localeCompare(other.code, 'en'),
  );
}
