import type { ScriptCommand } from './split-script.ts';

/** What becomes of one command of a `RUN` line. */
export type RunPart =
  /** A package client or the like: runs with this machine's interpreter. `installs`: fills a virtual environment. */
  | { readonly kind: 'tool'; readonly text: string; readonly installs: boolean }
  /** Changes files: done in the image's folder, never outside. */
  | { readonly kind: 'files'; readonly text: string; readonly words: readonly string[] }
  | { readonly kind: 'enter'; readonly path: string }
  | { readonly kind: 'export'; readonly words: readonly string[] }
  /** Makes a virtual environment: the image has its own, and the path leads to it. */
  | { readonly kind: 'venv'; readonly path: string }
  /** Packages of a distribution: this machine has to have them. */
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  /** Has no meaning here: owners, users, caches of the build. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'unknown'; readonly text: string };

/** Decides what to do with a command. What is not known is not run. */
export function recognise(command: ScriptCommand): RunPart {
  const unknown: RunPart = { kind: 'unknown', text: command.text };
  const parts = command.simple.map((words) => recogniseSimple(words, command.text));
  const [first = unknown] = parts;
  if (parts.length <= 1) return first;
  // Joined by | or ||: as a whole, if each of them is known.
  if (parts.some(({ kind }) => kind === 'unknown')) return unknown;
  return parts.find(({ kind }) => kind === 'tool') ?? first;
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const SKIPPED = new Set(
  'set : true false exit chown chgrp adduser addgroup useradd groupadd usermod userdel groupdel deluser passwd corepack ldconfig locale-gen update-ca-certificates sync apt-mark dpkg-reconfigure'.split(
    ' ',
  ),
);
const FILES = new Set('mkdir chmod touch ln cp mv rm echo printf install'.split(' '));

function recogniseSimple(words: readonly string[], text: string): RunPart {
  const start = words.findIndex((word) => !ASSIGNMENT.test(word));
  if (start < 0) return words.length > 0 ? { kind: 'export', words } : { kind: 'skipped' };
  const [first = '', ...args] = words.slice(start).map(unquoted);
  if (first === 'sudo' || first === 'exec' || first === 'command') {
    return recogniseSimple(words.slice(start + 1), text);
  }
  const program = first.replace(/^.*\//, '');
  if (program === 'cd') return { kind: 'enter', path: args[0] ?? '/' };
  if (program === 'export') return { kind: 'export', words: words.slice(start + 1) };
  if (SKIPPED.has(program)) return { kind: 'skipped' };
  if (FILES.has(program) && program !== 'install') return { kind: 'files', text, words };
  if (/^(apt|apt-get|apk|aptitude)$/.test(program)) return packagesOf(args);
  return toolOf(program, args, text);
}

function unquoted(word: string): string {
  return word.replace(/^(["'])(.*)\1$/s, '$2');
}

function packagesOf(args: readonly string[]): RunPart {
  const [verb, ...rest] = args.filter((word) => !word.startsWith('-') && !/[<>]/.test(word));
  const names = rest.filter((word) => /^[a-z0-9][\w.+:=~-]*$/i.test(word) && !word.startsWith('.'));
  return verb === 'install' || verb === 'add'
    ? { kind: 'packages', names: names.map((name) => name.split('=', 1)[0] ?? name) }
    : { kind: 'skipped' };
}

/** What cleans or sets up the user's own clients: a build may not do that here. */
const OWN_SETTINGS: Readonly<Record<string, RegExp>> = {
  npm: /^(cache|config|set|login)\b/,
  yarn: /^(cache|config|set)\b/,
  pnpm: /^(store|config|set|setup)\b/,
  bun: /^(pm cache|upgrade)\b/,
  pip: /^(cache|config)\b/,
  uv: /^(cache|python|self)\b/,
  poetry: /^(config|cache|self)\b/,
};

const TOOLS: Readonly<Record<string, RegExp>> = {
  npm: /^(ci|clean-install|i|install|install-clean|run|run-script|rebuild|prune|dedupe|test|exec|pack|link)\b/,
  pnpm: /^(i|install|fetch|run|build|prune|deploy|rebuild|exec|add|-r|--filter\S*|\w+:?\w*$)/,
  yarn: /^($|install|run|build|workspaces?|add|--|[\w:-]+$)/,
  bun: /^(i|install|ci|run|build|add)\b/,
  npx: /^(--yes |-y |--no-install )?(tsc|prisma|next|vite|esbuild|webpack|rollup|nest|ng|tsup|swc|turbo|tailwindcss|astro|nuxi|remix|playwright-core)\b/,
  tsc: /^/,
  pip: /^(install|uninstall|wheel|download|check|list|freeze)\b/,
  uv: /^(sync|pip|lock|export|venv|run)\b/,
  poetry: /^(install|sync|build|export|lock|run)\b/,
  pipenv: /^(install|sync)\b/,
  bundle: /^(install|config|exec|clean|check)\b/,
  bundler: /^(install|config)\b/,
  gem: /^(install|update)\b/,
  flask: /^(assets|translate|db)\b/,
  node: /^[\w./-]+\.[cm]?js\b/,
};

const INSTALLS: Readonly<Record<string, RegExp>> = {
  pip: /^(install|uninstall)\b/,
  uv: /^(sync|pip (install|sync|uninstall))\b/,
  poetry: /^(install|sync)\b/,
  pipenv: /^(install|sync)\b/,
};

function toolOf(program: string, args: readonly string[], text: string): RunPart {
  const python = /^python(\d(\.\d+)?)?$/.test(program);
  if (python && args[0] === '-m' && args[1] === 'pip') return toolOf('pip', args.slice(2), text);
  const name = /^pip\d?(\.\d+)?$/.test(program) ? 'pip' : program;
  const line = args.join(' ');
  const venv = venvPath(python, name, args);
  if (venv !== undefined) return { kind: 'venv', path: venv };
  if (OWN_SETTINGS[name]?.test(line) === true) return { kind: 'skipped' };
  const known = python
    ? /^(-m (compileall|django|nltk\.downloader|spacy)|\S*manage\.py|[\w./-]+\.py)\b/.test(line)
    : TOOLS[name]?.test(withoutFlags(line)) === true || TOOLS[name]?.test(line) === true;
  if (!known) return { kind: 'unknown', text };
  return { kind: 'tool', text, installs: INSTALLS[name]?.test(line) === true };
}

/** `--global`-like flags may stand before the verb. */
function withoutFlags(line: string): string {
  return line.replace(
    /^(?:(?:--prefix|-C|--dir|--cwd|-w|--workspace|--filter|-F)\s+\S+\s+|--?[\w-]+(?:=\S*)?\s+)+/,
    '',
  );
}

function venvPath(python: boolean, name: string, args: readonly string[]): string | undefined {
  const made =
    (python && args[0] === '-m' && (args[1] === 'venv' || args[1] === 'virtualenv')) ||
    name === 'virtualenv' ||
    (name === 'uv' && args[0] === 'venv');
  if (!made) return undefined;
  return (
    args.slice(python ? 2 : name === 'uv' ? 1 : 0).find((word) => !word.startsWith('-')) ?? '.venv'
  );
}
