import type { Session } from '../actions/session.ts';
import { renderDiagnostics } from '../report/render-diagnostic.ts';
import { hintAtExplain } from './explain-hint.ts';
import type { Io } from './io.ts';

/** Prints what loading has to say about a project that it could load. */
export function showWarnings(
  { diagnostics, sources }: Pick<Session, 'diagnostics' | 'sources'>,
  io: Io,
): void {
  if (diagnostics.length === 0) return;
  const { stderr, cwd } = io;
  const style = { color: stderr.color, width: stderr.width ?? 120, cwd };
  stderr.write(renderDiagnostics(diagnostics, sources, style));
  hintAtExplain(diagnostics, io);
}
