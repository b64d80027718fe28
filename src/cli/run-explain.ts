import { errorCodes, errorPages, nearestCode } from '../actions/error-pages.ts';
import { ComposeError, type Diagnostic } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import { columns } from '../report/columns.ts';
import { renderPage } from '../report/render-page.ts';
import type { Io } from './io.ts';

interface ExplainInvocation {
  readonly operands: readonly string[];
  readonly options: { readonly json: boolean };
  readonly io: Io;
}

/** `bowline explain`: the page about a code, or all codes in a line each. */
export async function runExplain({ operands, options, io }: ExplainInvocation): Promise<number> {
  const codes = await errorCodes(io.documentation);
  if (codes.length === 0) throw refused(NO_PAGES);
  const wanted = operands.map((written) => codeNamed(written, codes));
  const pages = await errorPages(io.documentation, wanted.length === 0 ? codes : wanted);
  if (options.json) io.stdout.write(`${JSON.stringify(pages)}\n`);
  else if (wanted.length === 0) io.stdout.write(listOf(pages, io));
  else {
    const style = { color: io.stdout.color, width: io.stdout.width ?? 80 };
    io.stdout.write(pages.map(({ text }) => renderPage(text, style)).join('\n'));
  }
  return ExitCode.done;
}

function listOf(
  pages: readonly { readonly code: string; readonly title: string }[],
  { stdout: { width } }: Io,
): string {
  const rows = pages.map(({ code, title }) => [code, title.replaceAll('`', '')]);
  return columns(rows, { ...(width !== undefined && { width }), shrink: [1] });
}

/** The code itself, or its last part where only one has it. */
function codeNamed(written: string, codes: readonly string[]): string {
  const wanted = written.replace(/^\[|\]$/g, '').toLowerCase();
  const [found, ...others] = codes.filter(
    (code) => code === wanted || code.split('/')[1] === wanted,
  );
  if (found !== undefined && others.length === 0) return found;
  const meant = nearestCode(wanted, codes);
  throw refused({
    code: 'arguments/unknown-code',
    severity: 'error',
    message:
      found === undefined ? `there is no code "${written}"` : `several codes end with "${written}"`,
    help:
      found !== undefined
        ? `Say which: ${[found, ...others].join(', ')}.`
        : meant === undefined
          ? 'All codes: bowline explain.'
          : `Did you mean ${meant}? All codes: bowline explain.`,
  });
}

function refused(diagnostic: Diagnostic): ComposeError {
  return new ComposeError([diagnostic], { sources: new Map() });
}

const NO_PAGES: Diagnostic = {
  code: 'arguments/no-documentation',
  severity: 'error',
  message: 'the pages about errors are not installed',
  help: 'They are in the folder docs/errors of the package.',
};
