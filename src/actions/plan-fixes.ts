import { readTextFile } from '../host/read-text-file.ts';
import { ComposeError, type Diagnostic, type Fix, type Span } from '../model/diagnostic.ts';
import { applyEdits, placeOf } from './apply-edits.ts';
import { loadProject, type LoadOptions } from './load-project.ts';

export interface FixedFile {
  /** Absolute. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface FixPlan {
  readonly files: readonly FixedFile[];
  /** What is fixed, in the order in which it was found. */
  readonly fixes: readonly Pick<Diagnostic, 'code' | 'message'>[];
}

/** A fix may bring to light what it hid; a file that needs more rounds is not written by a person. */
const MOST_ROUNDS = 30;
/** Rounds in which fixes that did harm are sorted out one by one. */
const MOST_TRIALS = 200;

/**
 * Carries out every fix in memory, again and again until none is left, so that fixing a second time finds nothing. A fix
 * after which its diagnostic is still there, or that makes more errors than there were, is left out. Writes nothing.
 */
export async function planFixes(
  options: LoadOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<FixPlan> {
  const fixer = new Fixer(options, signal);
  let state = await fixer.load(new Map());
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = await fixer.advance(state);
    if (next === undefined) break;
    state = next;
  }
  return { files: fixer.changes(state), fixes: fixer.done };
}

/** Each is compared with all others of its round. */
const MOST_AT_ONCE = 500;

interface State {
  readonly edited: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Fixable extends Diagnostic {
  readonly at: Span;
  readonly fix: Fix;
}

class Fixer {
  readonly done: Pick<Diagnostic, 'code' | 'message'>[] = [];
  readonly #options: LoadOptions;
  readonly #signal: AbortSignal;
  readonly #originals = new Map<string, string>();
  readonly #refused = new Set<string>();
  #trials = 0;

  constructor(options: LoadOptions, signal: AbortSignal) {
    const { readStdin } = options;
    let stdin: Promise<string> | undefined;
    this.#options = {
      ...options,
      ...(readStdin !== undefined && { readStdin: () => (stdin ??= readStdin()) }),
    };
    this.#signal = signal;
  }

  async load(edited: ReadonlyMap<string, string>): Promise<State> {
    const diagnostics = await this.#mistakes(edited);
    for (const { fix } of diagnostics) {
      for (const { at } of fix?.edits ?? []) await this.#remember(at.file);
    }
    return { edited, diagnostics };
  }

  /** The state after all fixes that can be made at once; undefined when there is none left. */
  async advance(state: State): Promise<State | undefined> {
    let fixes = this.#choose(state);
    while (fixes.length > 0) {
      const next = await this.load(this.#apply(state, fixes));
      const harmful = this.#harmful(fixes, state, next);
      if (harmful.length === 0) {
        this.done.push(...fixes.map(({ code, message }) => ({ code, message })));
        return next;
      }
      // Not known which of several did harm: each is tried by itself.
      const suspects = harmful.length < fixes.length || fixes.length === 1 ? harmful : [];
      for (const fix of suspects) this.#refused.add(keyOf(fix));
      fixes =
        suspects.length > 0 ? fixes.filter((fix) => !suspects.includes(fix)) : fixes.slice(0, 1);
      this.#trials += 1;
      if (this.#trials > MOST_TRIALS) return undefined;
      if (fixes.length === 0) fixes = this.#choose(state);
    }
    return undefined;
  }

  changes({ edited }: State): readonly FixedFile[] {
    return [...edited].flatMap(([path, after]) => {
      const before = this.#originals.get(path);
      return before === undefined || before === after ? [] : [{ path, before, after }];
    });
  }

  async #mistakes(edited: ReadonlyMap<string, string>): Promise<readonly Diagnostic[]> {
    try {
      const { diagnostics } = await loadProject(
        { ...this.#options, edited },
        { signal: this.#signal },
      );
      return diagnostics;
    } catch (error) {
      if (error instanceof ComposeError) return error.diagnostics;
      throw error;
    }
  }

  async #remember(file: string): Promise<void> {
    if (this.#originals.has(file)) return;
    const content: { readonly kind: string; readonly text?: string } =
      file === '-'
        ? { kind: 'text', text: (await this.#options.readStdin?.()) ?? '' }
        : await readTextFile(file, { signal: this.#signal });
    if (content.text !== undefined) this.#originals.set(file, content.text);
  }

  #textOf({ edited }: State, file: string): string | undefined {
    return edited.get(file) ?? this.#originals.get(file);
  }

  /** In order; of two that overlap the first, the other has its turn in the next round. */
  #choose(state: State): readonly Fixable[] {
    const taken: Span[] = [];
    const chosen: Fixable[] = [];
    for (const each of state.diagnostics) {
      if (chosen.length >= MOST_AT_ONCE) break;
      if (!isFixable(each) || this.#refused.has(keyOf(each))) continue;
      const places = this.#placesOf(state, each.fix);
      if (places === undefined || places.some((one) => taken.some((other) => overlap(one, other))))
        continue;
      taken.push(...places);
      chosen.push(each);
    }
    return chosen;
  }

  /** Where a fix changes something; undefined where it would write over a variable, or the file cannot be read. */
  #placesOf(state: State, { edits }: Fix): readonly Span[] | undefined {
    const places: Span[] = [];
    for (const edit of edits) {
      const text = this.#textOf(state, edit.at.file);
      if (text === undefined || edit.at.end > text.length) return undefined;
      const replaced = text.slice(edit.at.start, edit.at.end);
      if (replaced.includes('$') && edit.text !== '' && !edit.text.includes('$')) return undefined;
      places.push({ ...edit.at, ...spanOf(placeOf(text, edit)) });
    }
    return places;
  }

  #apply(state: State, fixes: readonly Fixable[]): ReadonlyMap<string, string> {
    const edits = fixes.flatMap(({ fix }) => fix.edits);
    const edited = new Map(state.edited);
    for (const file of new Set(edits.map(({ at }) => at.file))) {
      const text = this.#textOf(state, file) ?? '';
      edited.set(
        file,
        applyEdits(
          text,
          edits.filter(({ at }) => at.file === file),
        ),
      );
    }
    return edited;
  }

  #harmful(fixes: readonly Fixable[], before: State, after: State): readonly Fixable[] {
    const all = fixes.flatMap(({ fix }) => fix.edits);
    const moved = (at: Span): number =>
      at.start + shiftAt(all, at, this.#textOf(before, at.file) ?? '');
    const survivors = fixes.filter(({ code, at, fix }) =>
      after.diagnostics.some(
        (each) =>
          each.code === code &&
          each.at?.file === at.file &&
          each.at.start === moved(at) &&
          // The same words about other items are another mistake.
          (each.fix?.edits ?? []).every((edit, index) => {
            const same = fix.edits[index];
            return same !== undefined && edit.at.start === moved(same.at);
          }),
      ),
    );
    if (survivors.length > 0) return survivors;
    const hid = before.diagnostics.some(({ code }) => HIDES_OTHERS.has(code));
    return errorsIn(after) > errorsIn(before) && !hid ? fixes : [];
  }
}

/** Mistakes behind which others cannot be seen yet. */
const HIDES_OTHERS = new Set<string>([
  'compose/yaml-syntax',
  'compose/unknown-key',
  'compose/key-not-text',
  'compose/unknown-base',
  'compose/wrong-form',
  'compose/wrong-value',
  'compose/missing-key',
]);

function isFixable(each: Diagnostic): each is Fixable {
  return each.fix !== undefined && each.fix.edits.length > 0 && each.at !== undefined;
}

function keyOf({ code, at, message }: Fixable): string {
  return `${code} ${at.file} ${message}`;
}

function spanOf({ start, end }: { readonly start: number; readonly end: number }): {
  readonly start: number;
  readonly end: number;
} {
  return { start, end };
}

function overlap(one: Span, other: Span): boolean {
  if (one.file !== other.file) return false;
  return one.start === other.start || (one.start < other.end && other.start < one.end);
}

/** How far edits before a place move it. */
function shiftAt(edits: Fix['edits'], { file, start }: Span, text: string): number {
  return edits
    .filter(({ at }) => at.file === file)
    .map((edit) => placeOf(text, edit))
    .filter((place) => place.end <= start && !(place.start === start))
    .reduce((shift, { start: from, end, inserted }) => shift + inserted.length - (end - from), 0);
}

function errorsIn({ diagnostics }: State): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
