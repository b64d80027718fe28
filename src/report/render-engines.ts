import type { EngineName } from '../model/engine-name.ts';
import type { Reached } from '../model/reached.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';

/** A table of engines; below it, what to do about those that cannot be used. */
export function renderEngines(
  engines: readonly ({ readonly name: EngineName } & Reached)[],
): string {
  const rows = engines.map((engine): readonly string[] =>
    engine.kind === 'reachable'
      ? [engine.name, 'yes', [engine.version, engine.detail].filter(Boolean).join(', ')]
      : [engine.name, 'no', engine.reason],
  );
  const fixes = engines.flatMap((engine) =>
    engine.kind === 'unreachable' ? [`${engine.name}: ${printable(engine.fix)}\n`] : [],
  );
  const table = columns(
    [['ENGINE', 'USABLE', 'WHAT IS THERE'], ...rows].map((row) => row.map(printable)),
  );
  return fixes.length === 0 ? table : `${table}\n${fixes.join('')}`;
}
