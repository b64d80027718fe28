import { posix } from 'node:path';

import type { CopySource, CopyStep } from './dockerfile.ts';
import type { Instruction } from './instructions.ts';
import { splitWords } from './words.ts';

interface StageNames {
  readonly earlier: readonly { readonly index: number; isNamed(text: string): boolean }[];
}

/** What `--from` means: an earlier stage by name or number, or an image. */
export function sourceOf(from: string | undefined, { earlier }: StageNames): CopySource {
  if (from === undefined) return { kind: 'context' };
  const stage = earlier.find((each) => each.isNamed(from) || `${each.index}` === from);
  return stage === undefined
    ? { kind: 'image', image: from }
    : { kind: 'stage', index: stage.index };
}

interface CopyPlace {
  readonly source: CopySource;
  readonly workingDir: string;
  readonly expand: (word: string) => string;
  readonly escape: string;
}

/** Reads `COPY` and `ADD`; absent when a source or the target is missing. */
export function copyStepOf(
  { keyword, flags, text, strings, heredocs, at }: Instruction,
  { source, workingDir, expand, escape }: CopyPlace,
): CopyStep | undefined {
  const words =
    strings?.map((word) => expandOnly(word, expand)) ?? splitWords(text, escape).map(expand);
  const target = words.at(-1);
  const paths = words.slice(0, -1).filter((word) => !word.startsWith('<<'));
  if (target === undefined || words.length < 2) return undefined;
  const mode = flags.get('chmod');
  const chmod = mode === undefined ? undefined : expand(mode);
  const inline = heredocs.map(({ name, content, literal }) => ({
    name,
    text: literal ? content : expandOnly(content, expand),
  }));
  return {
    kind: 'copy',
    instruction: keyword === 'ADD' ? 'ADD' : 'COPY',
    source,
    paths,
    inline,
    target: posix.resolve('/', workingDir, target),
    intoFolder: /(^|\/)\.?$/.test(target) || words.length > 2,
    ...(chmod !== undefined && /^[0-7]{3,4}$/.test(chmod) && { chmod: Number.parseInt(chmod, 8) }),
    at,
  };
}

/** Variables only: quotes mean themselves in JSON strings and in file contents. */
function expandOnly(text: string, expand: (word: string) => string): string {
  return text.replace(/\$(\w+|\{[^}]*\})/g, (variable) => expand(variable));
}
