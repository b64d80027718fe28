import { composeFile } from '../compose/language/compose-file.ts';
import type { Node } from '../compose/node.ts';
import { verdictsOn } from '../compose/verdict.ts';
import { applySilences } from '../compose/apply-silences.ts';
import type { Preflight } from '../engine/engine.ts';
import type { Silenced } from '../model/diagnostic.ts';
import type { ServiceName } from '../model/project.ts';
import type { Session } from './session.ts';

/** What stands in the way of starting `services`, and what of their keys the engine does not honour. Changes nothing. */
export async function preflightOf(
  { engine, written, silences }: Pick<Session, 'engine' | 'written' | 'silences'>,
  services: readonly ServiceName[],
  { signal }: { readonly signal: AbortSignal },
): Promise<Preflight & { readonly silenced: readonly Silenced[] }> {
  const { diagnostics, ...rest } = await engine.preflight({ services, signal });
  const verdicts = verdictsOn(onlyServices(written, services), composeFile, engine.name);
  const { kept, silenced } = applySilences([...verdicts, ...diagnostics], silences);
  return { ...rest, diagnostics: kept, silenced };
}

/** Of services that are not started nothing is asked. */
function onlyServices(written: Node, services: readonly ServiceName[]): Node {
  if (written.kind !== 'map') return written;
  const entries = written.entries.map((entry) => {
    const { key, value } = entry;
    if (key !== 'services' || value.kind !== 'map') return entry;
    const started = value.entries.filter((each) => services.some((name) => name === each.key));
    return { ...entry, value: { ...value, entries: started } };
  });
  return { ...written, entries };
}
