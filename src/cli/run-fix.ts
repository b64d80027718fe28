import { type FixPlan, planFixes } from '../actions/plan-fixes.ts';
import { writeFixes } from '../actions/write-fixes.ts';
import { shortestPath } from '../report/locate.ts';
import { unifiedDiff } from '../report/unified-diff.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './load-options.ts';

export interface FixInvocation {
  readonly options: { readonly yes: boolean; readonly json: boolean };
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** What came of it; `left`: there are fixes, and nobody agreed to them. */
export interface FixOutcome {
  readonly kind: 'nothing' | 'written' | 'left';
  readonly fixes: FixPlan['fixes'];
  readonly diff: string;
}

/** Shows what would be fixed, and writes it when that is wanted. */
export async function runFix({ options, project, io }: FixInvocation): Promise<FixOutcome> {
  const plan = await planFixes(
    { ...loadOptions(project, io), advice: true },
    { signal: io.signal },
  );
  const { files, fixes } = plan;
  if (files.length === 0) return { kind: 'nothing', fixes: [], diff: '' };
  const diff = diffOf(plan, io, options.json ? false : io.stdout.color);
  if (!options.json) io.stdout.write(diff);
  const writable = files.filter(({ path }) => path !== '-');
  const wanted =
    writable.length > 0 && (options.yes || (!options.json && (await agrees(plan, io))));
  if (!wanted) return { kind: 'left', fixes, diff };
  await writeFixes(writable);
  return { kind: writable.length === files.length ? 'written' : 'left', fixes, diff };
}

function diffOf({ files }: FixPlan, { cwd }: Io, color: boolean): string {
  return files
    .map(({ path, before, after }) => {
      const name = path === '-' ? 'standard input' : shortestPath(path, cwd);
      return unifiedDiff(before, after, { name, color });
    })
    .join('');
}

async function agrees({ fixes }: FixPlan, io: Io): Promise<boolean> {
  const what = fixes.length === 1 ? 'this change' : `these ${fixes.length} changes`;
  const answer = await io.ask(`Make ${what}? [y/N] `);
  return /^y(?:es)?$/i.test(answer?.trim() ?? '');
}
