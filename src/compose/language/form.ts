import type { EngineName } from '../../model/engine-name.ts';
import type { MapNode, Node } from '../node.ts';

/**
 * What may stand at a place in a Compose file, as data.
 *
 * Validation, merging, normalising, path resolution, the reference page, the JSON Schema for editors and the
 * warnings about what an engine does not honour all read it; nothing else in bowline knows which keys exist.
 */
export type Form =
  | ScalarForm
  | WordsForm
  | ListForm
  | MapForm
  | PairsForm
  | SectionForm
  | EitherForm
  | AnyForm;

export type Scalar = string | number | boolean;

/** A value of the canonical model. */
export type Plain =
  | Scalar
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined };

/** Which YAML scalars may stand at a place. A variable always gives text; `empty`, no value at all, is read as empty text. */
export type Source = 'text' | 'number' | 'flag' | 'empty';

/** A scalar, with the one function that knows what it means. */
export interface ScalarForm {
  readonly is: 'scalar';
  readonly from: readonly Source[];
  /** What is accepted, for a person: "a duration such as 1m30s". */
  readonly words: string;
  /** What the value means, in the canonical model. */
  readonly read: (value: Scalar) => Reading;
  /** The whole list, where there is one. */
  readonly options?: readonly string[];
  /** A number is handed on as the text that Go makes of it. */
  readonly asText?: true;
  /** What 0 is in the canonical model, if it is not the number. */
  readonly zero?: string;
  /** What JSON Schema can say about it. */
  readonly schema: Readonly<Record<string, Plain>>;
}

export type Reading =
  | { readonly kind: 'read'; readonly value: Plain; readonly notes?: readonly Note[] }
  | Refusal;

export interface Refusal {
  readonly kind: 'refused';
  /** Half a sentence; absent where what is accepted says enough. */
  readonly why?: string;
  /** A whole sentence instead of what is accepted. */
  readonly help?: string;
  /** What was meant beyond doubt, as it is to be written. */
  readonly write?: string;
}

/** Something odd in a value that is accepted: a warning. */
export interface Note {
  readonly code: `compose/${string}`;
  readonly message: string;
  readonly help: string;
  /** What means the same and is not odd, as it is to be written. */
  readonly write?: string;
}

/** A command line: a list of words, or text that is split into words without a shell. */
export interface WordsForm {
  readonly is: 'words';
  /** Text is not split but becomes the one word after `CMD-SHELL`, and a list begins with what is to be done with it. */
  readonly probe: boolean;
  /** May stand empty, which means "as the image says". */
  readonly empty: boolean;
}

export interface ListForm {
  readonly is: 'list';
  readonly of: Form;
  /** `append`: a later file adds; `by-identity`: it also merges into an item of the same identity, and drops the others. */
  readonly merge: 'append' | 'replace' | 'by-identity';
  /** One text stands for a list of one. */
  readonly single: boolean;
  /** Two items of the same identity are the same thing: the later one takes the place of the earlier. */
  readonly identity?: (item: Node) => string | undefined;
  /** Two equal items are an error. */
  readonly distinct: boolean;
  /** An empty item, as of a variable without a value, is none. */
  readonly dropsEmpty?: true;
}

/** Names that the author chooses, each with a value of the same form. */
export interface MapForm {
  readonly is: 'map';
  readonly of: Form;
  /** `name`: letters, digits, `.`, `_`, `-`; `free`: anything. */
  readonly names: 'name' | 'free';
  /** What one of the names stands for, as in "service". */
  readonly noun: string;
  /** A list of names is accepted too; each name then has this value. */
  readonly fromList?: Plain;
}

/** `K: V`, or a list of `K=V`. */
export interface PairsForm {
  readonly is: 'pairs';
  readonly separators: readonly string[];
  /** What a key without value means: nothing yet (`null`), empty text, or a mistake. */
  readonly missing: 'null' | 'empty' | 'refused';
  readonly canonical: 'map' | 'list';
  /** A key may have several values. */
  readonly many: boolean;
}

/** Keys that the specification names. */
export interface SectionForm {
  readonly is: 'section';
  readonly keys: Keys;
  readonly required: readonly string[];
  /** `x-…` keys are free. */
  readonly extensions: boolean;
  /** Written without a value: a mistake, nothing (stays empty), or a section with no keys. */
  readonly empty: 'refused' | 'kept' | 'section';
  readonly short?: Short;
  readonly rules: readonly Rule[];
  /** Two of these merge only if they agree on this key; else the later replaces the earlier. */
  readonly mergesWithSame?: string;
  /** The canonical model writes this instead of the section. */
  readonly standsFor?: Scalar;
  /** Page of the specification, if not the page of what surrounds it. */
  readonly page?: string;
}

/** A scalar that stands for a section, or for several in a list. */
export interface Short {
  readonly from: readonly Source[];
  readonly words: string;
  readonly read: (value: Scalar) => Reading;
}

export type Rule =
  /** At most one of these. */
  | { readonly kind: 'exclusive'; readonly keys: readonly string[] }
  /** One of these, unless one of `unless` is there. */
  | {
      readonly kind: 'one-of';
      readonly keys: readonly string[];
      readonly unless: readonly string[];
    }
  /** With this key true, only `beside` may stand. */
  | { readonly kind: 'alone'; readonly key: string; readonly beside: readonly string[] }
  /** A name, and the same name in its old place, must agree. */
  | { readonly kind: 'same'; readonly key: string; readonly old: readonly [string, string] }
  /** A section of this type says where its content comes from. */
  | { readonly kind: 'source'; readonly type: string }
  /** `key` is needed unless another key has one of these values. */
  | {
      readonly kind: 'needed';
      readonly key: string;
      readonly unless: string;
      readonly is: readonly string[];
    };

export interface EitherForm {
  readonly is: 'either';
  readonly forms: readonly Form[];
}

interface AnyForm {
  readonly is: 'any';
}

export type Keys = Readonly<Record<string, Key>>;

export type Verdict = 'honoured' | `ignored: ${string}` | `refused: ${string}`;

/**
 * Which texts of a value are paths on this machine, relative to the project's folder:
 * `file` every text in it · `context` unless it is an address or `service:…` · `bind-source` if `type` is `bind` ·
 * `bind-device` the entry `device` if the volume is a bind mount in disguise.
 */
export type PathRule = 'file' | 'context' | 'bind-source' | 'bind-device';

export interface Key {
  readonly form: Form;
  /** One sentence for the reference page and the editor. */
  readonly about: string;
  /** What an absent key means, as a person would write it. */
  readonly absent?: string;
  /** What the canonical model writes for an absent key. */
  readonly fill?: (section: MapNode) => Plain | undefined;
  /** When the canonical model leaves the key out. @defaultValue 'zero': nothing, empty, 0, false */
  readonly leftOut?: 'zero' | 'true' | 'never' | 'null' | 'always';
  readonly path?: PathRule;
  /** An engine that is not named honours the key. */
  readonly verdict?: Readonly<Partial<Record<EngineName, Verdict>>>;
  /** Anchor or page of the specification, if not the key's own name on the section's page. */
  readonly see?: string;
  /** Why it should not be written any more. */
  readonly obsolete?: string;
}

export const any: Form = { is: 'any' };

export function section(
  keys: Keys,
  options: Partial<Omit<SectionForm, 'is' | 'keys'>> = {},
): SectionForm {
  return {
    is: 'section',
    keys,
    required: [],
    extensions: true,
    empty: 'refused',
    rules: [],
    ...options,
  };
}

export function list(of: Form, options: Partial<Omit<ListForm, 'is' | 'of'>> = {}): ListForm {
  return { is: 'list', of, merge: 'append', single: false, distinct: false, ...options };
}

export function mapOf(of: Form, options: Partial<Omit<MapForm, 'is' | 'of'>> = {}): MapForm {
  return { is: 'map', of, names: 'name', noun: 'name', ...options };
}

export function pairs(options: Partial<Omit<PairsForm, 'is'>> = {}): PairsForm {
  return {
    is: 'pairs',
    separators: ['='],
    missing: 'empty',
    canonical: 'map',
    many: false,
    ...options,
  };
}

export function either(...forms: readonly Form[]): EitherForm {
  return { is: 'either', forms };
}

export const commandLine: Form = { is: 'words', probe: false, empty: true };
export const probeCommand: Form = { is: 'words', probe: true, empty: false };

export const read = (value: Plain, notes?: readonly Note[]): Reading =>
  notes === undefined || notes.length === 0
    ? { kind: 'read', value }
    : { kind: 'read', value, notes };

/** Something else was meant beyond doubt, and is what to write. */
export const mistaken = (why: string | undefined, write: string, help: string): Refusal => ({
  ...refused(why, help),
  write,
});

export const refused = (why?: string, help?: string): Refusal => ({
  kind: 'refused',
  ...(why !== undefined && { why }),
  ...(help !== undefined && { help }),
});
