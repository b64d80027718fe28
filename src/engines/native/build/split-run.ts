/** One command of a `RUN` line, and what becomes of it on this machine. */
export interface RunPart {
  readonly text: string;
  /**
   * `run`: carried out. `pip`: carried out in the image's virtual environment. `skip`: of no use without a container.
   * `unknown`: not carried out, and said so.
   */
  readonly kind: 'run' | 'pip' | 'skip' | 'unknown';
}

const RUN: readonly RegExp[] = [
  /^(npm|pnpm|yarn|bun)(\s+(ci|i|install|run|run-script|exec|build|prune|rebuild|cache|add|config|set|--\S+)\b.*)?$/,
  /^(npx|pnpx|bunx|corepack|node|tsc|vite|next|prisma)\b/,
  /^(uv|poetry|pipenv|bundle|gem|rake|rails|bin\/rails|bin\/bundle|\.\/bin\/\S+)\b/,
  /^(python3?|django-admin)\s+(-m\s+(venv|compileall|playwright)|\S*manage\.py|-c)\b/,
  /^(mkdir|chmod|touch|ln|cp|mv|echo|printf|cat|sed|tar|true|test|\[|cd|export|find|dos2unix)\b/,
];
const PIP = /^(pip3?|python3?\s+-m\s+pip)\s+/;
const SKIP: readonly RegExp[] = [
  /^(apt-get|apt|apk|yum|dnf|microdnf|dpkg|update-ca-certificates|locale-gen|ldconfig)\b/,
  /^(adduser|addgroup|useradd|groupadd|usermod|groupmod|deluser|chown|chgrp|su|gosu)\b/,
  /^(set|:|rm|sync|unset)\b/,
];

/** Splits `a && b; c` into commands outside of quotes and says of each whether it is carried out. */
export function splitRun(text: string): readonly RunPart[] {
  return splitCommands(text).map((part) => ({ text: part, kind: kindOf(part) }));
}

function kindOf(text: string): RunPart['kind'] {
  // Assignments before a command belong to it.
  const command = text.replace(/^(\w+=("[^"]*"|'[^']*'|\S*)\s+)+/, '').replace(/^\(\s*/, '');
  // What removes a path of the image below its own folders is harmless; of the system it must not happen.
  if (/^rm\b/.test(command))
    return /\s(-\S+\s+)*(\.\/|[\w*])/.test(command) && !/\s\//.test(command) ? 'run' : 'skip';
  if (PIP.test(command)) return 'pip';
  if (SKIP.some((pattern) => pattern.test(command))) return 'skip';
  return RUN.some((pattern) => pattern.test(command)) ? 'run' : 'unknown';
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
