/** One command of a `RUN` line, and what becomes of it on this machine. */
export interface RunPart {
  readonly text: string;
  /**
   * `run`: carried out. `pip`: carried out in the image's virtual environment. `file`: carried out where all its paths are
   * the image's own. `shell`: changes the folder or a variable for the commands after it. `skip`: of no use without a
   * container. `unknown`: not carried out, and said so.
   */
  readonly kind: 'run' | 'pip' | 'file' | 'shell' | 'skip' | 'unknown';
}

const RUN: readonly RegExp[] = [
  /^(npm|pnpm|yarn|bun)(\s+(ci|i|install|run|run-script|exec|build|prune|rebuild|add|--\S+)\b.*)?$/,
  /^(npx|pnpx|bunx|node|tsc|vite|next|prisma)\b/,
  /^(uv\s+(sync|pip|venv)|poetry\s+install|pipenv\s+(install|sync)|bundle\s+(install|exec)|rake|rails|bin\/rails|\.\/bin\/\S+)\b/,
  /^(python3?|django-admin)\s+(-m\s+(venv|compileall)|\S*manage\.py)\b/,
  /^(true|test|\[|echo)\b[^>]*$/,
];
const PIP = /^(pip3?|python3?\s+-m\s+pip)\s+install\b/;
const FILE = /^(mkdir|chmod|touch|ln|cp|mv|rm|echo|printf|cat|sed)\b/;
const SHELL = /^(cd|export)\s/;
/** What belongs to the system, or to the user: their package client's cache and settings, and what is installed for all. */
const SKIP: readonly RegExp[] = [
  /^(apt-get|apt|apk|yum|dnf|microdnf|dpkg|update-ca-certificates|locale-gen|ldconfig)\b/,
  /^(adduser|addgroup|useradd|groupadd|usermod|groupmod|deluser|chown|chgrp|su|gosu)\b/,
  /^(set|:|sync|unset|corepack)(\s|$)/,
  /^(npm|pnpm|yarn|bun|pip3?|poetry|uv)\s+(cache|config|set|global|self|store)\b/,
  /^(npm|pnpm|bun)\s.*\s(-g|--global)(\s|$)/,
];
/** The rest of the line depends on it, and on more than can be read from it. */
const COMPOUND =
  /^(if|then|else|elif|fi|for|while|until|do|done|case|esac|function)\b|^[{(!]|\(\)\s*\{/;

/** Splits `a && b; c` into commands outside of quotes and says of each whether it is carried out. */
export function splitRun(text: string): readonly RunPart[] {
  let compound = false;
  return splitCommands(text).map((part) => {
    compound ||= COMPOUND.test(part);
    return { text: part, kind: compound ? 'unknown' : kindOf(part) };
  });
}

function kindOf(text: string): RunPart['kind'] {
  // What the shell would put in, or what another command gets, cannot be judged by the first word.
  if (/[`]|\$\(|[^|]\|[^|]|<\(|&$/.test(text)) return 'unknown';
  const alternatives = text.split('||').map((each) => kindOfSimple(each.trim()));
  const [first = 'unknown'] = alternatives;
  return alternatives.every((kind) => kind === first || kind === 'run') ? first : 'unknown';
}

function kindOfSimple(text: string): RunPart['kind'] {
  // Assignments before a command belong to it.
  const command = text.replace(/^(\w+=("[^"]*"|'[^']*'|\S*)\s+)+/, '');
  if (SKIP.some((pattern) => pattern.test(command))) return 'skip';
  if (PIP.test(command)) return 'pip';
  if (SHELL.test(command)) return 'shell';
  if (RUN.some((pattern) => pattern.test(command))) return 'run';
  return FILE.test(command) ? 'file' : 'unknown';
}

/** Absolute paths that a command names; undefined when it names one that cannot be told, as below the home folder. */
export function pathsNamed(text: string): readonly string[] | undefined {
  if (/(^|[\s='"])~|\$|(^|[\s='"/])\.\.($|[\s'"/])/.test(text)) return undefined;
  return [...text.matchAll(/(?:^|[\s='">])(\/[^\s'"]*)/g)].map(([, path = '']) => path);
}

function splitCommands(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(' || character === '{') depth += 1;
    else if (character === ')' || character === '}') depth -= 1;
    const two = text.slice(index, index + 2);
    if (quote === '' && depth <= 0 && (two === '&&' || character === ';' || character === '\n')) {
      parts.push(part);
      part = '';
      if (two === '&&') index += 1;
    } else part += character;
  }
  return [...parts, part]
    .map((each) => each.trim())
    .filter((each) => each !== '' && !each.startsWith('#'));
}

/** Packages that a `RUN` line would install into the image's system. */
export function systemPackages(text: string): readonly string[] {
  return splitCommands(text).flatMap((part) => {
    const [, words = ''] =
      /^(?:apt-get|apt|apk|yum|dnf)\s+(?:-\S+\s+)*(?:install|add)\s+(.*)$/.exec(part) ?? [];
    return words
      .split(/\s+/)
      .filter((word) => /^[a-z0-9][\w.+-]*/i.test(word) && !word.startsWith('-'));
  });
}
