import picocolors from 'picocolors';

import type { Finding } from '../model/finding.ts';
import { locate } from './locate.ts';
import { printable } from './printable.ts';

export interface FindingsStyle {
  readonly color: boolean;
  /** Text of the files that findings may point into. */
  readonly sources: ReadonlyMap<string, string>;
  /** Paths are shown relative to it where that is shorter. */
  readonly cwd: string;
}

const LABEL_WIDTH = 7;

/** The failure block: what failed in one line, then for each finding cause, proof and fix. Always the last thing printed. */
export function renderFailure(
  headline: string,
  findings: readonly Finding[],
  style: FindingsStyle & { readonly state?: string; readonly next?: string },
): string {
  const { red, bold } = picocolors.createColors(style.color);
  const blocks = findings.map((finding) => renderFinding(finding, style)).join('\n');
  const tail = [
    ...(style.state === undefined ? [] : [labelled('state', [style.state], style)]),
    ...(style.next === undefined ? [] : [labelled('next', [style.next], style)]),
  ].join('');
  return `${red('✗')} ${bold(printable(headline))}\n${blocks}${tail}`;
}

/** Cause, proof and fix of one finding, each with its label. */
function renderFinding(finding: Finding, style: FindingsStyle): string {
  const { dim } = picocolors.createColors(style.color);
  const { at, proof = [], fix = [] } = finding;
  const place = at === undefined ? [] : [`at ${locate(at, style)}`];
  return [
    labelled('cause', [`${finding.cause}  ${dim(`[${finding.code}]`)}`, ...place], style),
    labelled('proof', proof, style),
    labelled('fix', fix, style),
  ].join('');
}

function labelled(label: string, lines: readonly string[], { color }: FindingsStyle): string {
  const { cyan } = picocolors.createColors(color);
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line, index) => {
      const head =
        index === 0
          ? cyan(label) + ' '.repeat(LABEL_WIDTH - label.length)
          : ' '.repeat(LABEL_WIDTH);
      return `  ${head}${colored(line)}\n`;
    })
    .join('');
}

// oxlint-disable-next-line no-control-regex -- the escape sequences that picocolors writes
const ESCAPE = /(\u001B\[\d+m)/;

/** Our own colours stay; what a service or a file brought is made harmless. */
function colored(line: string): string {
  return line
    .split(ESCAPE)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
