import type { Notice } from './connect.ts';
import type { ServerError } from './simple-query.ts';

/** An error of the server as PostgreSQL's own client prints it: with the line of the query and a mark under the place. */
export function errorText(error: ServerError, query: string): string {
  const { severity, message, detail, hint, where, position } = error;
  return [
    `${severity}:  ${message}`,
    ...(position === undefined ? [] : placeOf(query, position)),
    ...(detail === undefined ? [] : [`DETAIL:  ${detail}`]),
    ...(hint === undefined ? [] : [`HINT:  ${hint}`]),
    ...(where === undefined ? [] : [`CONTEXT:  ${where}`]),
  ].join('\n');
}

export function noticeText({ severity, message, detail, hint }: Notice): string {
  return [
    `${severity ?? 'NOTICE'}:  ${message ?? ''}`,
    ...(detail === undefined ? [] : [`DETAIL:  ${detail}`]),
    ...(hint === undefined ? [] : [`HINT:  ${hint}`]),
  ].join('\n');
}

/** Characters of a line that are shown. */
const shown = 60;

function placeOf(query: string, position: number): readonly string[] {
  // The server counts characters, not UTF-16 units.
  // oxlint-disable-next-line typescript/no-misused-spread -- code points are what the server counts
  const before = [...query].slice(0, position - 1).join('');
  const lines = before.split('\n');
  const number = lines.length;
  const line = query.split('\n')[number - 1] ?? '';
  const column = lines.at(-1)?.length ?? 0;
  const from = column > shown ? column - Math.floor(shown / 2) : 0;
  const part = line.slice(from, from + shown * 2);
  const head = `LINE ${number}: ${from > 0 ? '...' : ''}`;
  const space = part.slice(0, column - from).replaceAll(/[^\t]/g, ' ');
  return [`${head}${part}`, `${' '.repeat(head.length)}${space}^`];
}
