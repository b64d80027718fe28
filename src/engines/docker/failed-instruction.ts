/** Half-open range of UTF-16 offsets. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the instruction stands at which a build has ended; absent when what was said names none.
 *
 * @param said - lines of the build, of BuildKit as of the builders before it; the last ones count.
 */
export function failedInstruction(dockerfile: string, said: readonly string[]): Range | undefined {
  const instructions = instructionsOf(dockerfile);
  for (const line of said.toReversed()) {
    const found = byNumber(dockerfile, line) ?? instructions.find((each) => isAbout(line, each));
    if (found !== undefined) return { start: found.start, end: found.end };
  }
  return undefined;
}

interface Instruction extends Range {
  /** Without line breaks, each space once. */
  readonly text: string;
}

/** Its line is told of as `[stage 2/5] RUN make: why`, or `Step 2/5 : RUN make` before it is tried. */
function isAbout(line: string, { text }: Instruction): boolean {
  const said = oneSpaced(line);
  const step = /^step \d+(?:\/\d+)? ?: (.+)$/i.exec(said)?.[1];
  if (step !== undefined) return step === text;
  const vertex = /^\[(?:\S+ )?\d+\/\d+\] (.+)$/.exec(said)?.[1];
  if (vertex !== undefined) return vertex.startsWith(`${text}: `);
  const image = /^\[internal\] load metadata for (\S+): /.exec(said)?.[1];
  const base = /^from (?:--\S+ )*(\S+)/i.exec(text)?.[1];
  return image !== undefined && base !== undefined && isSameImage(image, base);
}

/** BuildKit says the whole name: `docker.io/library/node:latest` for `node`. */
function isSameImage(whole: string, written: string): boolean {
  const named = /[:@][^/]*$/.test(written) ? written : `${written}:latest`;
  return whole === named || whole.endsWith(`/${named}`);
}

/** What is no Dockerfile at all is refused with the number of its line. */
function byNumber(dockerfile: string, line: string): Range | undefined {
  const number = Number(/dockerfile parse error (?:on )?line (\d+)/i.exec(line)?.[1] ?? 0);
  return number === 0 ? undefined : linesOf(dockerfile)[number - 1];
}

function instructionsOf(dockerfile: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: Instruction | undefined;
  for (const line of linesOf(dockerfile)) {
    const written = dockerfile.slice(line.start, line.end);
    if (/^\s*(#|$)/.test(written)) continue;
    const goesOn = /\\\s*$/.test(written);
    const text = oneSpaced(`${open?.text ?? ''} ${written.replace(/\\\s*$/, '')}`);
    const indent = /^\s*/.exec(written)?.[0].length ?? 0;
    const began = open ?? { start: line.start + indent, end: line.end };
    const whole = { start: began.start, end: began.end, text };
    open = goesOn ? whole : undefined;
    if (!goesOn) found.push(whole);
  }
  return open === undefined ? found : [...found, open];
}

function linesOf(text: string): readonly Range[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const range = { start, end: start + line.replace(/\r$/, '').length };
    start += line.length + 1;
    return range;
  });
}

function oneSpaced(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
