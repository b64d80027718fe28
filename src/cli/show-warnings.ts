import type { Session } from '../actions/session.ts';
import { hintAtExplain } from './explain-hint.ts';
import type { Io } from './io.ts';

/** Prints what loading has to say about a project that it could load. */
export async function showWarnings(
  { diagnostics, sources }: Pick<Session, 'diagnostics' | 'sources'>,
  io: Io,
): Promise<void> {
  if (diagnostics.length === 0) return;
  const { renderDiagnostics } = await import('../report/render-diagnostic.ts');
  const { stderr, cwd } = io;
  const style = { color: stderr.color, width: stderr.width ?? 120, cwd };
  stderr.write(renderDiagnostics(diagnostics, sources, style));
  hintAtExplain(diagnostics, io);
}
