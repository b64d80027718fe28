import { splitWords } from '../words.ts';
import { read, refused, type Note, type Reading } from './form.ts';

/** The words of a command that is written as text. */
export function readCommand(text: string): Reading {
  const result = splitWords(text);
  if (result.kind === 'unfinished') {
    return refused(result.why, 'Close it, or write the words as a list: ["one", "two"].');
  }
  return read(result.words, result.dropped === undefined ? [] : [droppedNote(result.dropped)]);
}

/** The first word of a healthcheck's list says what the rest is. */
export const PROBE_KINDS: readonly string[] = ['CMD', 'CMD-SHELL', 'NONE'];

/** What stands after the operator may be a secret that a variable put there: it is not repeated. */
function droppedNote(dropped: string): Note {
  const operator = /^(&&|\|\||;|&|\||<<?|>>?)/.exec(dropped)?.[0] ?? dropped.charAt(0);
  return {
    code: 'compose/no-shell',
    message: `from "${operator}" on the command is dropped: Compose runs it without a shell`,
    help: 'Write it as ["sh", "-c", "…"] to run all of it.',
  };
}
