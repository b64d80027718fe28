import { withoutSuperseded } from '../checks/without-superseded.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Finding } from '../model/finding.ts';
import { preflightOf } from './preflight.ts';
import type { Session } from './session.ts';
import { sourcesOf } from './sources-of.ts';

export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly Finding[];
  readonly sources: ReadonlyMap<string, string>;
}

/** Everything that is wrong with a project that could be loaded: its warnings, and what the engine cannot do. */
export async function checkProject(
  session: Session,
  { signal }: { readonly signal: AbortSignal },
): Promise<CheckResult> {
  const { project, diagnostics: loaded, sources } = session;
  const services = project.services.map(({ name }) => name);
  const { diagnostics, findings } = await preflightOf(session, services, { signal });
  const all = withoutSuperseded([...loaded, ...diagnostics]);
  return { diagnostics: all, findings, sources: await sourcesOf([...all, ...findings], sources) };
}
