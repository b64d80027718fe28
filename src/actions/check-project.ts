import { withoutSuperseded } from '../checks/without-superseded.ts';
import { applySilences, checkSilences } from '../compose/apply-silences.ts';
import { composeFile } from '../compose/language/compose-file.ts';
import { usedKeys, type UsedKey } from '../compose/used-keys.ts';
import { verdictsOn } from '../compose/verdict.ts';
import { ComposeError, type Diagnostic, type Silenced } from '../model/diagnostic.ts';
import type { EngineName } from '../model/engine-name.ts';
import type { Finding } from '../model/finding.ts';
import { loadProject, type LoadedProject } from './load-project.ts';
import { preflightOf } from './preflight.ts';
import { openSession, type SessionOptions } from './session.ts';
import { sourcesOf } from './sources-of.ts';

export interface CheckOptions extends SessionOptions {
  /** Of which the verdicts are. */
  readonly engine: EngineName;
  /** Every code that there is, for the comments that silence them. */
  readonly codes: readonly string[];
}

export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  /** What the file's author waived, with the reason. */
  readonly silenced: readonly Silenced[];
  readonly findings: readonly Finding[];
  /** What the engine makes of each key that is used; empty where there are errors. */
  readonly keys: readonly UsedKey[];
  readonly sources: ReadonlyMap<string, string>;
  /** Absent where there are errors. */
  readonly project?: LoadedProject['project'];
}

interface Cancellable {
  readonly signal: AbortSignal;
}

/** Everything that is wrong with a project, and what the engine cannot do of it. A wrong file is a result, not an error. */
export async function checkProject(
  options: CheckOptions,
  { signal }: Cancellable,
): Promise<CheckResult> {
  try {
    return await checkLoaded(options, { signal });
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    const { diagnostics, sources } = error;
    return { diagnostics, silenced: [], findings: [], keys: [], sources };
  }
}

async function checkLoaded(options: CheckOptions, { signal }: Cancellable): Promise<CheckResult> {
  const { engine, codes } = options;
  const { loaded, diagnostics, silenced, findings } =
    engine === 'native'
      ? await onThisMachine(options, { signal })
      : await onPaper(options, { signal });
  const kept = [...loaded.diagnostics, ...diagnostics];
  const taken = [...loaded.silenced, ...silenced];
  const about = checkSilences({ silences: loaded.silences, kept, silenced: taken, codes });
  const all = withoutSuperseded([...kept, ...about]);
  return {
    diagnostics: all,
    silenced: taken,
    findings,
    keys: usedKeys(loaded.written, composeFile, engine),
    sources: await sourcesOf([...all, ...findings], loaded.sources),
    project: loaded.project,
  };
}

interface Checked extends Pick<CheckResult, 'diagnostics' | 'silenced' | 'findings'> {
  readonly loaded: Omit<LoadedProject, 'profiles' | 'environment'>;
}

/** The engine is at hand: it is asked what it finds. */
async function onThisMachine(options: CheckOptions, { signal }: Cancellable): Promise<Checked> {
  await using session = await openSession(options, { signal });
  const services = session.project.services.map(({ name }) => name);
  return { loaded: session, ...(await preflightOf(session, services, { signal })) };
}

/** What can be known without a machine that has the engine. */
async function onPaper(options: CheckOptions, { signal }: Cancellable): Promise<Checked> {
  const loaded = await loadProject(options, { signal });
  if (options.engine === 'kubernetes') {
    const { tryTranslation } = await import('./translate-project.ts');
    const { kept, silenced } = await tryTranslation(loaded, options, { signal });
    return { loaded, diagnostics: kept, silenced, findings: [] };
  }
  const verdicts = verdictsOn(loaded.written, composeFile, options.engine);
  const { kept, silenced } = applySilences(verdicts, loaded.silences);
  return { loaded, diagnostics: kept, silenced, findings: [] };
}
