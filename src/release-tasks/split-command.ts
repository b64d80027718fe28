import { migrationMentioned, schemaEffectOf } from './migration-command.ts';
import { splitLine } from './split-line.ts';

/** What becomes of an argument vector that may migrate a database and then serve. */
export type CommandSplit =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'split';
      /** Runs once. */
      readonly task: readonly string[];
      /** Runs with each start. */
      readonly serve: readonly string[];
      readonly migrations: readonly string[];
    }
  | { readonly kind: 'left'; readonly migration: string; readonly why: string };

const SHELL = /^(?:\/(?:usr\/)?(?:local\/)?bin\/)?(?:sh|bash|ash|dash|ksh|zsh)$/;

/** Programs that run the rest of their arguments in their own place. */
const WRAPPER =
  /^(?:\S*\/)?(?:tini|dumb-init|docker-init|catatonit|gosu|su-exec|env|exec|nice|stdbuf|poetry|pipenv|uv|bundle|with-contenv|dockerize|doppler|chamber|infisical|\S*entrypoint\S*|wait-for\S*)$/;

/** Splits the line that a shell in `argv` gets; what stands before the shell stays in both parts. */
export function splitCommand(argv: readonly string[]): CommandSplit {
  const place = linePlace(argv);
  if (place === undefined) return plain(argv);
  const { index, wrapper } = place;
  const split = splitLine(argv[index] ?? '');
  if (split.kind !== 'split') return split;
  if (wrapper !== undefined && !WRAPPER.test(wrapper))
    return {
      kind: 'left',
      migration: split.migrations.join('; '),
      why: `what "${wrapper}" does with the shell is not known`,
    };
  const part = (line: string): readonly string[] => argv.with(index, line);
  return { ...split, task: part(split.task), serve: part(split.serve) };
}

/** Without a shell there is one command. To migrate is then all that it does, unless other words make more of it. */
function plain(argv: readonly string[]): CommandSplit {
  const nested = argv.find((word) => /\s/.test(word) && migrationMentioned(word) !== undefined);
  if (nested === undefined || schemaEffectOf(argv) !== 'none') return { kind: 'none' };
  return {
    kind: 'left',
    migration: migrationMentioned(nested) ?? nested,
    why: `it is an argument of "${argv[0] ?? ''}"`,
  };
}

/** Where the line for `sh -c` is, and the program before the shell, if there is one. */
function linePlace(
  argv: readonly string[],
): { readonly index: number; readonly wrapper?: string } | undefined {
  for (const [at, word] of argv.entries()) {
    if (!SHELL.test(word)) continue;
    let index = at + 1;
    let given = false;
    // Options come in bundles: `-lc`, `-e -o pipefail -c`.
    for (; /^[-+]./.test(argv[index] ?? ''); index += 1) {
      const option = argv[index] ?? '';
      if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(option)) given = true;
      if (/^[-+][a-zA-Z]*o$/.test(option)) index += 1;
    }
    if (!given || argv[index] === undefined) return undefined;
    const wrapper = argv[0];
    return { index, ...(at > 0 && wrapper !== undefined && { wrapper }) };
  }
  return undefined;
}
