import { basename, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { manifestsToYaml } from '../src/report/render-manifests.ts';
import { renderDiagnostics } from '../src/report/render-diagnostic.ts';
import { renderTranslation } from '../src/report/render-translation.ts';
import { loadFolder, loadingCases, translated } from './rig/translated.ts';

// kubernetes.yaml is what `bowline render` prints for the case, kubernetes.txt what it warns of and what became of each value.
describe.each(loadingCases().map((folder) => [basename(folder), folder]))('%s', (_, folder) => {
  test('becomes the objects that are promised', async () => {
    const outcome = await translated(await loadFolder(folder));
    const { sources } = outcome.loaded;
    const neutral = (text: string): string => text.replaceAll(folder, '<folder>');
    const style = { color: false, width: 100, cwd: folder };
    const said = neutral(renderDiagnostics(outcome.diagnostics, sources, style));
    const yaml =
      outcome.kind === 'refused'
        ? 'refused\n'
        : neutral(manifestsToYaml(outcome.translation, { cwd: folder, sources }));
    const report =
      outcome.kind === 'refused'
        ? ''
        : neutral(renderTranslation(outcome.translation.report(), { color: false }));
    await expect(yaml).toMatchFileSnapshot(join(folder, 'kubernetes.yaml'));
    await expect(`${said}\n${report}`).toMatchFileSnapshot(join(folder, 'kubernetes.txt'));
  });
});
