import type { Diagnostic, Span } from '../model/diagnostic.ts';

/**
 * A variable without a value leaves an empty text, and where that cannot be, one mistake would be told as two: then
 * the variable is the error, and the empty text goes unmentioned.
 */
export function joinConsequences(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const wrong = diagnostics.filter(({ code }) => code === 'compose/wrong-value');
  const causes = new Map<Diagnostic, Diagnostic>();
  const consequences = new Set<Diagnostic>();
  for (const variable of diagnostics) {
    if (variable.code !== 'compose/unset-variable') continue;
    const spoiled = wrong.find(({ at }) => placesOf(variable).some((place) => isWithin(place, at)));
    if (spoiled === undefined) continue;
    consequences.add(spoiled);
    causes.set(variable, {
      ...variable,
      severity: 'error',
      ...(spoiled.help !== undefined && { help: `${variable.help ?? ''} ${spoiled.help}` }),
    });
  }
  return diagnostics
    .filter((each) => !consequences.has(each))
    .map((each) => causes.get(each) ?? each);
}

function placesOf({ at, related = [] }: Diagnostic): readonly Span[] {
  return [...(at === undefined ? [] : [at]), ...related.map((each) => each.at)];
}

function isWithin(part: Span, whole: Span | undefined): boolean {
  return part.file === whole?.file && part.start >= whole.start && part.end <= whole.end;
}
