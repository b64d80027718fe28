import type { Service } from '../model/project.ts';

/** Everything of a service that is a command or a part of one. */
export function shellTextsOf({ command, entrypoint, healthcheck }: Service): readonly string[] {
  return [...(command ?? []), ...(entrypoint ?? []), ...(healthcheck?.test ?? [])];
}

/** The simple commands of a line of shell, each as its words; good enough to see which programs it names. */
function simpleCommands(line: string): readonly (readonly string[])[] {
  return line
    .split(/&&|\|\||[;|\n]/)
    .map((each) =>
      each
        .replaceAll(/["'(){}]/g, ' ')
        .trim()
        .split(/\s+/),
    )
    .map(withoutPrefixes)
    .filter(([program]) => program !== undefined && program !== '');
}

const PREFIXES = new Set([
  'exec',
  'test',
  'if',
  'then',
  'while',
  'until',
  'do',
  '!',
  'sh',
  'bash',
  '/bin/sh',
  '/bin/bash',
  '-c',
  'time',
  'env',
]);

/** `exec`, `sh -c` and variables set for one command are not the command. */
function withoutPrefixes(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !PREFIXES.has(word) && !/^\w+=/.test(word));
  return first < 0 ? [] : words.slice(first);
}

/** The simple commands of a healthcheck. */
export function probeCommands({ healthcheck }: Service): readonly (readonly string[])[] {
  const [kind, ...words] = healthcheck?.test ?? [];
  if (kind === 'CMD-SHELL') return simpleCommands(words.join(' '));
  if (kind !== 'CMD' || words.length === 0) return [];
  return /^(?:\/bin\/)?(?:ba)?sh$/.test(words[0] ?? '') && words[1]?.startsWith('-') === true
    ? simpleCommands(words.slice(2).join(' '))
    : [words];
}
