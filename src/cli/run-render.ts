import { loadProject } from '../actions/load-project.ts';
import { translateProject } from '../actions/translate-project.ts';
import { writeFolder } from '../actions/write-folder.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { Translation } from '../model/translation.ts';
import {
  MADE_BY,
  manifestFiles,
  manifestsToJson,
  manifestsToYaml,
} from '../report/render-manifests.ts';
import { renderTranslation } from '../report/render-translation.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { loadOptions } from './load-options.ts';
import { writeTo } from './output-place.ts';
import { showWarnings } from './show-warnings.ts';

interface RenderInvocation {
  readonly options: {
    readonly format: 'yaml' | 'json' | 'kustomize' | undefined;
    readonly output: string | undefined;
    readonly report: boolean;
    readonly namespace: string | undefined;
  };
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline render`: the objects of a cluster that a project becomes, or what became of each of its values. */
export async function runRender({ options, project, io }: RenderInvocation): Promise<number> {
  checkOptions(options);
  const loaded = await loadProject(loadOptions(project, io), { signal: io.signal });
  const { translation, diagnostics } = await translateProject(
    loaded,
    {
      ...(options.namespace !== undefined && { namespace: options.namespace }),
      ...(project.environment !== undefined && { environmentName: project.environment }),
    },
    { signal: io.signal },
  );
  await showWarnings({ diagnostics, sources: loaded.sources }, io);
  const place = { cwd: io.cwd, sources: loaded.sources };
  if (options.output !== undefined) {
    const kustomize = options.format === 'kustomize';
    const files = manifestFiles(translation, { ...place, kustomize });
    await writeTo({ output: options.output, cwd: io.cwd }, (folder) =>
      writeFolder(folder, { files, mark: MADE_BY }),
    );
    io.stderr.write(`${files.size} files in ${options.output}\n`);
  }
  if (options.report) printReport(translation, options.format, io);
  else if (options.output === undefined)
    io.stdout.write(
      options.format === 'json'
        ? manifestsToJson(translation)
        : manifestsToYaml(translation, place),
    );
  return ExitCode.done;
}

function checkOptions({ format, output, namespace }: RenderInvocation['options']): void {
  if (format === 'kustomize' && output === undefined)
    throw wrong('--format kustomize writes several files', 'Name a folder for them: -o deploy/.');
  if (format === 'json' && output !== undefined)
    throw wrong('--format json prints one document', 'Leave out -o, or the format.');
  if (namespace !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    throw wrong(
      `"${namespace}" is no name of a namespace`,
      'It has at most 63 small letters, digits and dashes.',
    );
}

function wrong(message: string, help: string): ComposeError {
  return new ComposeError([{ code: 'arguments/wrong-value', severity: 'error', message, help }], {
    sources: new Map(),
  });
}

function printReport(
  translation: Translation,
  format: RenderInvocation['options']['format'],
  io: Io,
): void {
  const report = translation.report();
  const { color, width } = io.stdout;
  io.stdout.write(
    format === 'json'
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : renderTranslation(report, { color, ...(width !== undefined && { width }) }),
  );
}
