import type { Diagnostic, Silence, Silenced, Span } from '../model/diagnostic.ts';
import { nearest } from '../model/nearest.ts';

/** Errors over which Docker Compose does not stop: the author may know better. Of the others a silence would change nothing. */
const OPEN_TO_SILENCE = new Set<string>([
  'compose/port-twice',
  'compose/mount-twice',
  'compose/no-healthcheck',
]);

export interface SilencedDiagnostics {
  readonly kept: readonly Diagnostic[];
  readonly silenced: readonly Silenced[];
}

/** Takes out what a comment with a reason silences. */
export function applySilences(
  diagnostics: readonly Diagnostic[],
  silences: readonly Silence[],
): SilencedDiagnostics {
  if (silences.length === 0) return { kept: diagnostics, silenced: [] };
  const kept: Diagnostic[] = [];
  const silenced: Silenced[] = [];
  for (const diagnostic of diagnostics) {
    const silence = maySilence(diagnostic)
      ? silences.find((each) => each.reason !== '' && isMeant(each, diagnostic))
      : undefined;
    if (silence === undefined) kept.push(diagnostic);
    else silenced.push({ diagnostic, silence });
  }
  return { kept, silenced };
}

export interface Outcome extends SilencedDiagnostics {
  readonly silences: readonly Silence[];
  /** Every code that there is. */
  readonly codes: readonly string[];
}

/** What is wrong with the silences themselves: each must have a reason, and something to silence. */
export function checkSilences({ silences, kept, silenced, codes }: Outcome): readonly Diagnostic[] {
  return silences.flatMap((silence) => {
    if (silence.reason === '') return [withoutReason(silence)];
    return silence.codes.flatMap((code): readonly Diagnostic[] => {
      if (!codes.includes(code)) return [unknownCode(code, silence, codes)];
      const alone = { ...silence, codes: [code] };
      const isUsed = silenced.some(({ diagnostic }) => isMeant(alone, diagnostic));
      const error = kept.find((each) => isMeant(alone, each));
      if (error !== undefined && !maySilence(error)) return [refusedSilence(code, silence, error)];
      return isUsed ? [] : [unusedSilence(code, silence)];
    });
  });
}

function maySilence({ severity, code }: Diagnostic): boolean {
  return severity === 'warning' || OPEN_TO_SILENCE.has(code);
}

function isMeant({ codes, covers }: Silence, { code, at }: Diagnostic): boolean {
  return at !== undefined && codes.includes(code) && isWithin(at, covers);
}

function isWithin(part: Span, whole: Span): boolean {
  return part.file === whole.file && part.start >= whole.start && part.start <= whole.end;
}

function withoutReason({ codes, at }: Silence): Diagnostic {
  return {
    code: 'compose/silence-without-reason',
    severity: 'warning',
    message: 'this comment silences nothing, for it gives no reason',
    help: `Say why it is fine: # bowline-ignore ${codes.join(', ') || 'CODE'}: the reason.`,
    at,
  };
}

function unknownCode(code: string, { at }: Silence, codes: readonly string[]): Diagnostic {
  const near = nearest(code, codes);
  return {
    code: 'compose/silence-unknown-code',
    severity: 'warning',
    message: `this comment silences "${code}", and there is no such code`,
    help: near === undefined ? 'All codes: bowline explain.' : `Did you mean ${near}?`,
    at,
  };
}

function unusedSilence(code: string, { at }: Silence): Diagnostic {
  return {
    code: 'compose/silence-unused',
    severity: 'warning',
    message: `this comment silences ${code}, and nothing here has it`,
    help: 'Remove the comment, or put it on the line in question or the one above.',
    at,
  };
}

function refusedSilence(code: string, { at }: Silence, error: Diagnostic): Diagnostic {
  return {
    code: 'compose/silence-refused',
    severity: 'warning',
    message: `${code} is an error that cannot be silenced: nothing runs with it`,
    help: 'Correct it, and remove the comment.',
    at,
    ...(error.at !== undefined && { related: [{ message: 'it is here', at: error.at }] }),
  };
}
