import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { KubeConfig } from '@kubernetes/client-node/dist/config.js';

import { errorCodeOf } from '../../../host/error-code.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import { ExitCode } from '../../../model/exit-code.ts';
import { nearest } from '../../../model/nearest.ts';

export interface TargetOptions {
  /** Of the process: `KUBECONFIG` and what plugins for credentials need. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** @defaultValue the current context of the kubeconfig */
  readonly context?: string;
  /** @defaultValue the context's, else `default` */
  readonly namespace?: string;
}

/** Where things will be changed, as it is shown before they are. */
export interface Target {
  readonly context: string;
  readonly server: string;
  readonly namespace: string;
}

export interface ReadKubeconfig {
  readonly config: KubeConfig;
  readonly target: Target;
}

/**
 * Reads the kubeconfig as kubectl does: all files of `KUBECONFIG`, of which the first that names something wins, else
 * `~/.kube/config`.
 *
 * @throws {RunError} with exit code 5 when there is none, it cannot be read, or has no such context.
 */
export async function readKubeconfig(options: TargetOptions): Promise<ReadKubeconfig> {
  const paths = pathsOf(options);
  const parts = await Promise.all(paths.map(readPart));
  const known = parts.flatMap((part) => part ?? []);
  if (known.length === 0) throw refused(missing(paths));
  const config = merged(known);
  return { config, target: targetOf(config, options, paths) };
}

function pathsOf({ environment, home }: TargetOptions): readonly string[] {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  return named.length > 0 ? named : [join(home, '.kube', 'config')];
}

/** Absent where there is no such file: of several, some may be missing. */
async function readPart(path: string): Promise<KubeConfig | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = errorCodeOf(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refused({
      code: 'kubernetes/kubeconfig-unreadable',
      cause: `the kubeconfig ${path} cannot be read`,
      proof: [code === 'EISDIR' ? 'it is a folder' : `the system says ${code}`],
      fix: ['Give this user the right to read it, or name another with KUBECONFIG.'],
    });
  }
  try {
    const config = new KubeConfig();
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(path));
    return config;
  } catch (error) {
    throw refused({
      code: 'kubernetes/kubeconfig-unreadable',
      cause: `the kubeconfig ${path} is not one`,
      // The second line on is an excerpt of the file, which may hold a key.
      proof: [error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it is no YAML'],
      fix: ['Get it anew from whoever gave it to you, or from your provider.'],
    });
  }
}

function merged(parts: readonly KubeConfig[]): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: firstOfEach(parts.map((part) => part.getClusters())),
    users: firstOfEach(parts.map((part) => part.getUsers())),
    contexts: firstOfEach(parts.map((part) => part.getContexts())),
    currentContext: parts.map((part) => part.getCurrentContext()).find(Boolean) ?? '',
  });
  return config;
}

function firstOfEach<T extends { readonly name: string }>(
  lists: readonly (readonly T[])[],
): readonly T[] {
  const found = new Map<string, T>();
  for (const each of lists.flat()) if (!found.has(each.name)) found.set(each.name, each);
  return [...found.values()];
}

function targetOf(config: KubeConfig, options: TargetOptions, paths: readonly string[]): Target {
  const names = config.getContexts().map(({ name }) => name);
  const context = options.context ?? config.getCurrentContext();
  if (!names.includes(context)) throw refused(noContext(context, names, paths));
  config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null || typeof cluster.server !== 'string') {
    throw refused({
      code: 'kubernetes/context-incomplete',
      cause: `context ${context} names a cluster that the kubeconfig does not describe`,
      fix: [`Contexts here: ${names.join(', ')}. Choose another with --context.`],
    });
  }
  const given = config.getContextObject(context)?.namespace;
  const namespace = options.namespace ?? (given === undefined || given === '' ? 'default' : given);
  return { context, server: cluster.server, namespace };
}

function missing(paths: readonly string[]): Finding {
  return {
    code: 'kubernetes/kubeconfig-missing',
    cause: `there is no kubeconfig at ${paths.join(', ')}`,
    fix: [
      'Save the one that your provider or your cluster gives you to ~/.kube/config, or name it: KUBECONFIG=PATH bowline …',
    ],
  };
}

function noContext(context: string, names: readonly string[], paths: readonly string[]): Finding {
  const near = nearest(context, names);
  const list = `Contexts in ${paths.join(', ')}: ${names.length === 0 ? 'none' : names.join(', ')}.`;
  return {
    code: 'kubernetes/context-unknown',
    cause:
      context === ''
        ? 'the kubeconfig does not say which context is the current one'
        : `the kubeconfig has no context "${context}"`,
    fix: [
      ...(near === undefined ? [] : [`Did you mean --context ${near}?`]),
      context === '' ? `${list} Choose one with --context.` : list,
    ],
  };
}

function refused(finding: Finding): RunError {
  return new RunError([finding], { exitCode: ExitCode.unreachable });
}
