import type { LocalImages } from '../../engines/docker/local-images.ts';
import { errorCodeOf } from '../../host/error-code.ts';
import { type CommandResult, runCommand } from '../../host/run-command.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Loader } from './delivery.ts';

export interface LoadImageOptions {
  readonly local: LocalImages;
  readonly loader: Loader;
  /** Of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly service: string;
  readonly signal: AbortSignal;
}

/**
 * Brings an image into a cluster that fetches it from no registry.
 *
 * @throws {RunError} with the last words of the program that should have done it.
 */
export async function loadImage(name: string, options: LoadImageOptions): Promise<void> {
  const { loader, environment, service, signal } = options;
  const argv = loader.kind === 'name' ? loader.argvFor(name) : loader.argv;
  const known = Object.entries(environment).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const archive =
    loader.kind === 'archive' ? await options.local.save(name, { signal }) : undefined;
  try {
    const { exit, stdout, stderr } = await runCommand(argv, {
      environment: Object.fromEntries(known),
      signal,
      ...(archive !== undefined && { input: archive }),
    });
    if (exit.kind === 'code' && exit.code === 0) return;
    throw notLoaded(lastWords({ stdout, stderr }), { name, argv, service });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RunError || errorCodeOf(error) !== 'ENOENT') throw error;
    throw notLoaded([`there is no program ${argv[0]} here`], { name, argv, service });
  } finally {
    archive?.destroy();
  }
}

const LAST_LINES = 8;

function lastWords({
  stdout,
  stderr,
}: Pick<CommandResult, 'stdout' | 'stderr'>): readonly string[] {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? ['it wrote nothing'] : lines.slice(-LAST_LINES);
}

function notLoaded(
  proof: readonly string[],
  {
    name,
    argv,
    service,
  }: { readonly name: string; readonly argv: readonly string[]; readonly service: string },
): RunError {
  const finding: Finding = {
    code: 'kubernetes/load-failed',
    service,
    cause: `the image ${name} could not be brought into the cluster`,
    proof: [argv.join(' '), ...proof],
    fix: ['Try that line by itself; or let the cluster fetch images from a registry: --registry.'],
  };
  return new RunError([finding]);
}
