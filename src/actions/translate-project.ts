import { applySilences } from '../compose/apply-silences.ts';
import { keyVerdicts } from '../compose/key-verdicts.ts';
import { composeFile } from '../compose/language/compose-file.ts';
import { verdictsOn } from '../compose/verdict.ts';
import { translate } from '../engines/kubernetes/translate/translate.ts';
import { readLocalFile } from '../host/read-local-file.ts';
import { ComposeError, type Diagnostic, type Silenced } from '../model/diagnostic.ts';
import type { Json, Project } from '../model/project.ts';
import type {
  ExternalService,
  LocalFile,
  TranslateOptions,
  Translation,
} from '../model/translation.ts';
import { withReleaseTasks } from '../release-tasks/with-release-tasks.ts';
import { imageFactsOf } from './image-facts.ts';
import type { LoadedProject } from './load-project.ts';
import { readImageFacts } from './read-image-facts.ts';

export interface TranslateProjectOptions extends Pick<TranslateOptions, 'images' | 'namespace'> {
  /** Of which namespace and external services are taken. */
  readonly environmentName?: string;
}

interface Translated {
  readonly translation: Translation;
  /** Of loading and of the translation: warnings only, without those that the author waived. */
  readonly diagnostics: readonly Diagnostic[];
}

type Loaded = Pick<LoadedProject, 'project' | 'written' | 'diagnostics' | 'silences' | 'sources'>;

/**
 * A loaded project as objects of a cluster, with the files that they need.
 *
 * @throws {ComposeError} when something of it is impossible there.
 */
export async function translateProject(
  loaded: Loaded,
  options: TranslateProjectOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Translated> {
  const { translation, kept } = await tryTranslation(loaded, options, { signal });
  const diagnostics = [...loaded.diagnostics, ...kept];
  if (diagnostics.some(({ severity }) => severity === 'error'))
    throw new ComposeError(diagnostics, { sources: loaded.sources });
  return { translation, diagnostics };
}

interface Tried {
  readonly translation: Translation;
  /** What a cluster cannot do of the project, errors among it. */
  readonly kept: readonly Diagnostic[];
  readonly silenced: readonly Silenced[];
}

/** As `translateProject`, but what is impossible is a part of the answer. */
export async function tryTranslation(
  { project: loaded, written, silences }: Pick<Loaded, 'project' | 'written' | 'silences'>,
  options: TranslateProjectOptions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Tried> {
  const { project } = withReleaseTasks(loaded, await readImageFacts(loaded, { signal }));
  const environment = environmentOf(project, options.environmentName);
  const namespace = options.namespace ?? environment.namespace;
  const translation = translate(project, {
    ...(namespace !== undefined && { namespace }),
    ...(options.images !== undefined && { images: options.images }),
    imageFacts: await imageFactsOf(project, { signal }),
    files: await filesOf(project),
    external: environment.external,
    keyVerdicts: () => keyVerdicts(project.canonical, composeFile, 'kubernetes'),
  });
  const found = [...verdictsOn(written, composeFile, 'kubernetes'), ...translation.diagnostics];
  return { translation, ...applySilences(found, silences) };
}

/** Secrets, configs and what is mounted from this machine. */
async function filesOf(project: Project): Promise<ReadonlyMap<string, LocalFile>> {
  const sources = [...project.secrets, ...project.configs].flatMap((source) =>
    source.kind === 'file' ? [source.path] : [],
  );
  const mounted = project.services.flatMap(({ mounts }) =>
    mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : [])),
  );
  const paths = [...new Set([...sources, ...mounted])];
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readLocalFile(path)] as const)),
  );
}

interface Environment {
  readonly namespace?: string;
  readonly external: ReadonlyMap<string, ExternalService>;
}

/** What `x-bowline.environments` says of the environment. */
function environmentOf({ canonical }: Project, name: string | undefined): Environment {
  const all = below(below(canonical, 'x-bowline'), 'environments');
  const own = name === undefined ? undefined : below(all, name);
  const namespace = below(own, 'namespace');
  const external = below(own, 'external');
  const services = isSection(external) ? Object.keys(external) : [];
  return {
    ...(typeof namespace === 'string' && { namespace }),
    external: new Map(
      services.flatMap((service): [string, ExternalService][] => {
        const [host, port] = ['host', 'port'].map((key) => below(below(external, service), key));
        if (typeof host !== 'string') return [];
        return [[service, { host, ...(typeof port === 'number' && { port }) }]];
      }),
    ),
  };
}

function below(value: Json | undefined, key: string): Json | undefined {
  return isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isSection(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
