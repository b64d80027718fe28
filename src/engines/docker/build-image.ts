import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { Readable } from 'node:stream';

import type { TarSource } from 'modern-tar/fs';

import { type ContextEntry, openContext } from '../../host/context-files.ts';
import type { Span } from '../../model/diagnostic.ts';
import type { EventBody } from '../../model/event.ts';
import { RunError } from '../../model/finding.ts';
import type { Build, Service } from '../../model/project.ts';
import { DockerError } from './api.ts';
import { type BuildSession, openBuildSession } from './build-session.ts';
import { decodeTrace } from './buildkit-trace.ts';
import { canonicalService } from './canonical-service.ts';
import { imageNameOf } from './container-request.ts';
import type { DockerContext } from './context.ts';
import { isPodman } from './is-podman.ts';
import { failedInstruction } from './failed-instruction.ts';
import { explainRefusal } from './failures.ts';
import { jsonLines } from './json-lines.ts';
import { numberOf, type Section, sectionOf, textMapOf, textOf, textsOf } from './json.ts';
import { label } from './labels.ts';

export interface BuildOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  /** Fetch newer base images. @defaultValue false */
  readonly pull?: boolean;
  /** @defaultValue false */
  readonly noCache?: boolean;
  /** Beside those of the file. */
  readonly args?: ReadonlyMap<string, string>;
}

interface BuildLine {
  readonly stream?: string;
  readonly error?: string;
  readonly id?: string;
  readonly aux?: unknown;
}

/**
 * Builds the image of a service, with BuildKit where the engine has it.
 *
 * @throws {RunError} with the last lines of the step that failed.
 */
export async function buildImage(
  context: DockerContext,
  service: Service,
  options: BuildOptions,
): Promise<void> {
  const { build } = service;
  if (build === undefined) return;
  const { signal, emit } = options;
  const canonical = sectionOf(canonicalService(context.project, service.name)['build']);
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
    emit({ kind: 'output', service: service.name, text });
  };
  let written: WrittenDockerfile | undefined;
  let session: BuildSession | undefined;
  try {
    const { archive, dockerfile, ...packed } = await packContext(build, canonical);
    written = packed.written;
    const buildKit = !(await isPodman(context, signal));
    session = buildKit ? await openBuildSession(context, canonical, signal) : undefined;
    const body = await context.api.stream({
      method: 'POST',
      path: `/build${extraHosts(canonical)}`,
      query: queryOf(context, service, {
        ...options,
        canonical,
        dockerfile,
        buildKit,
        session: session?.id,
      }),
      ...(archive !== undefined && { body: archive }),
      headers: { 'content-type': 'application/x-tar' },
      signal,
    });
    for await (const line of linesOf(body)) say(line);
  } catch (error) {
    signal.throwIfAborted();
    throw buildFailure(error, { service, said, written });
  } finally {
    session?.end();
  }
}

/** What a builder says. @throws {DockerError} when it gives up. */
async function* linesOf(body: Readable): AsyncGenerator<string, void, undefined> {
  for await (const { stream = '', error, id, aux } of jsonLines<BuildLine>(body)) {
    const traced =
      id === 'moby.buildkit.trace' && typeof aux === 'string'
        ? decodeTrace(Buffer.from(aux, 'base64'))
        : [];
    for (const text of [stream, ...traced])
      for (const line of text.split('\n').map((each) => each.trimEnd()))
        if (line !== '') yield line;
    if (error !== undefined) throw new DockerError(500, error);
  }
}

const LAST_LINES = 15;

/** A Dockerfile that is a file of its own. */
interface WrittenDockerfile {
  readonly file: string;
  readonly text: string;
}

interface FailedBuild {
  readonly service: Service;
  readonly said: readonly string[];
  readonly written: WrittenDockerfile | undefined;
}

/** The line of the Dockerfile, else the place in the Compose file. */
function placeOf({ service, said, written }: FailedBuild, message: string): Span {
  const range =
    written === undefined ? undefined : failedInstruction(written.text, [...said, message]);
  if (written !== undefined && range !== undefined) return { file: written.file, ...range };
  return service.build?.at ?? service.at;
}

function buildFailure(error: unknown, failed: FailedBuild): unknown {
  if (!(error instanceof DockerError)) return error;
  const { service, said } = failed;
  const at = placeOf(failed, error.message);
  const known = explainRefusal(error, {
    service: service.name,
    doing: `build ${service.name}`,
    image: 'an image that the Dockerfile names',
    at,
  });
  if (known instanceof RunError && known.findings[0]?.code !== 'docker/refused') return known;
  return new RunError(
    [
      {
        code: 'docker/build-failed',
        service: service.name,
        cause: `the image of ${service.name} could not be built`,
        proof: [...said.slice(-LAST_LINES), error.message],
        at,
      },
    ],
    { cause: error },
  );
}

interface QueryOptions extends BuildOptions {
  readonly canonical: Section;
  readonly dockerfile: string;
  readonly buildKit: boolean;
  readonly session: string | undefined;
}

function queryOf(
  { project, version }: DockerContext,
  service: Service,
  { canonical, dockerfile, buildKit, session, pull, noCache, args = new Map() }: QueryOptions,
): Readonly<Record<string, string | number | boolean | object | undefined>> {
  const { build } = service;
  const remote = build !== undefined && isRemote(build.context) ? build.context : undefined;
  const shm = numberOf(canonical['shm_size']);
  return {
    t: imageNameOf(project, service),
    remote,
    dockerfile,
    target: build?.target,
    buildargs: { ...Object.fromEntries(build?.args ?? []), ...Object.fromEntries(args) },
    labels: {
      ...textMapOf(canonical['labels']),
      [label.project]: project.name,
      [label.service]: service.name,
      [label.version]: version,
    },
    nocache: noCache === true || canonical['no_cache'] === true,
    pull: pull === true || canonical['pull'] === true ? '1' : undefined,
    networkmode: textOf(canonical['network']),
    shmsize: shm,
    cachefrom: textsOf(canonical['cache_from']).filter((each) => !each.includes('=')),
    platform: textsOf(canonical['platforms'])[0],
    rm: true,
    forcerm: true,
    version: buildKit ? '2' : undefined,
    session,
  };
}

/** Once for each: the engine takes no list here. */
function extraHosts(canonical: Section): string {
  const hosts = textsOf(canonical['extra_hosts']).map(
    (each) => `extrahosts=${encodeURIComponent(each.replace('=', ':'))}`,
  );
  return hosts.length === 0 ? '' : `?${hosts.join('&')}`;
}

function isRemote(context: string): boolean {
  return /^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(context);
}

interface PackedContext {
  readonly archive: Readable | undefined;
  /** Its name in there. */
  readonly dockerfile: string;
  readonly written?: WrittenDockerfile;
}

/** The files of the context as an archive, in order of their paths; a Dockerfile from elsewhere is put beside them. */
async function packContext(build: Build, canonical: Section): Promise<PackedContext> {
  const inline = textOf(canonical['dockerfile_inline']) ?? build.dockerfileInline;
  if (isRemote(build.context)) return { archive: undefined, dockerfile: build.dockerfile };
  const { packTar } = await import('modern-tar/fs');
  const path = isAbsolute(build.dockerfile)
    ? build.dockerfile
    : join(build.context, build.dockerfile);
  const inside = relative(build.context, path);
  const isBeside = inline !== undefined || inside.startsWith('..') || isAbsolute(inside);
  const dockerfile = isBeside ? `.dockerfile.${randomBytes(8).toString('hex')}` : inside;
  if (inline === undefined && !existsSync(path)) throw missingDockerfile(path, build);
  const files = openContext(build.context, { dockerfile: path, known: {} });
  const sources = files
    .match('.')
    .filter((entry) => entry.path !== '')
    .map((entry) => sourceOf(build.context, entry));
  const isLeftOut = !sources.some(({ target }) => target === dockerfile);
  const own = inline === undefined ? { file: path, text: readFileSync(path, 'utf8') } : undefined;
  const text = inline ?? (isLeftOut ? own?.text : undefined);
  const beside: readonly TarSource[] =
    text === undefined ? [] : [{ type: 'content', content: text, target: dockerfile }];
  const archive = packTar([...sources, ...beside]);
  return { archive, dockerfile, ...(own !== undefined && { written: own }) };
}

/** A folder goes as such: its files are entries of their own. */
function sourceOf(folder: string, { path, kind, mode }: ContextEntry): TarSource {
  const owner = { mode: mode & 0o7777, uid: 0, gid: 0 };
  return kind === 'folder'
    ? { type: 'content', content: null, target: `${path}/`, ...owner }
    : { type: 'file', source: join(folder, path), target: path, ...owner };
}

function missingDockerfile(path: string, build: Build): RunError {
  return new RunError([
    {
      code: 'docker/no-dockerfile',
      cause: `there is no Dockerfile at ${path}`,
      fix: ['Write one, or name it: build.dockerfile is relative to build.context.'],
      at: build.at,
    },
  ]);
}
