import { runCommand } from '../../../host/run-command.ts';
import { helperEnvironment } from './machine-facts.ts';

/** The part of `initdb`'s surroundings that decides about language and order. */
export interface ClusterLocale {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const DECIDES = /^(--locale|--no-locale|--lc-|--icu-|--builtin-locale)/;
const INHERITED = /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)$/;

/**
 * The image's locale, en_US.utf8 in UTF-8 and UTC, as far as this machine has it: otherwise the same order of text through
 * ICU, and at last the plain one. Whatever the service itself says goes before.
 */
export function clusterLocale(
  major: number,
  installed: readonly string[],
  service: {
    readonly environment: ReadonlyMap<string, string>;
    readonly initdbArgs: readonly string[];
  },
): ClusterLocale {
  const english = installed.find((name) => /^en_US\.utf-?8$/i.test(name));
  const plain = installed.find((name) => /^C\.utf-?8$/i.test(name)) ?? 'C';
  const own = Object.fromEntries([...service.environment].filter(([name]) => INHERITED.test(name)));
  const environment = { LANG: english ?? plain, TZ: 'Etc/UTC', ...own };
  const decided =
    service.initdbArgs.some((arg) => DECIDES.test(arg)) ||
    Object.keys(own).some((name) => name !== 'TZ');
  // Then the encoding follows from it, as in the image.
  if (decided) return { args: [], environment };
  if (english !== undefined)
    return { args: ['--encoding=UTF8', `--locale=${english}`], environment };
  const icu = major >= 15 ? ['--locale-provider=icu', '--icu-locale=en-US'] : [];
  return { args: ['--encoding=UTF8', `--locale=${plain}`, ...icu], environment };
}

/** Names of the locales that this machine has; none where it cannot say. */
export async function installedLocales(options: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<readonly string[]> {
  try {
    const { stdout } = await runCommand(['locale', '-a'], {
      environment: helperEnvironment(options.environment),
      signal: options.signal,
    });
    return stdout.split('\n').filter((line) => line !== '');
  } catch {
    options.signal.throwIfAborted();
    return [];
  }
}
