import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { ChunkedLines, type LineSource } from './lines.ts';
import { endsStatement, metaCommand } from './meta-command.ts';
import { Scanner, type Token } from './scanner.ts';
import type { Session } from './session.ts';
import { metaWords } from './words.ts';

/** `stopped`: an error, and `ON_ERROR_STOP` is on. */
export type Ending = 'finished' | 'stopped' | 'quit';

/** One `\if`: whether its branch is carried out, and whether any was. */
interface Branch {
  active: boolean;
  taken: boolean;
  readonly outer: boolean;
}

/** Carries out everything that a source has, statement by statement. */
export async function runScript(session: Session, source: LineSource): Promise<Ending> {
  const outer = session.source;
  session.source = source;
  const scanner = new Scanner(session.lookup);
  const branches: Branch[] = [];
  try {
    for (let line = await source.next(); line !== undefined; line = await source.next()) {
      if (session.variables.get('ECHO') === 'all') session.io.out(`${line}\n`);
      for (const token of scanner.feed(line)) {
        const ending = await runToken(session, token, { scanner, branches });
        if (ending !== undefined) return ending;
      }
    }
    const rest = scanner.takeRest();
    if (rest === '' || branches.at(-1)?.active === false) return 'finished';
    return (await session.execute(rest)) || !session.isOn('ON_ERROR_STOP') ? 'finished' : 'stopped';
  } finally {
    session.source = outer;
  }
}

interface Place {
  readonly scanner: Scanner;
  readonly branches: Branch[];
}

/** @returns how the script ends, if it ends here. */
async function runToken(session: Session, token: Token, place: Place): Promise<Ending | undefined> {
  const { scanner, branches } = place;
  if (token.kind === 'meta' && isBranching(token.name)) {
    branch(session, token, branches);
    return undefined;
  }
  if (branches.at(-1)?.active === false) {
    scanner.takeRest();
    return undefined;
  }
  const failed = session.isOn('ON_ERROR_STOP') ? 'stopped' : undefined;
  if (token.kind === 'statement') {
    if (await session.execute(token.text)) return undefined;
    return session.isConnected ? failed : 'stopped';
  }
  if (endsStatement.has(token.name)) scanner.takeRest();
  const result = await metaCommand(session, {
    name: token.name,
    args: token.args,
    statement: token.text,
  });
  switch (result.kind) {
    case 'done':
      return undefined;
    case 'quit':
      return 'quit';
    case 'failed':
      return session.isConnected ? failed : 'stopped';
    case 'include': {
      const ending = await runFile(session, result.path);
      // `\q` in an included file ends that file only.
      return ending === 'stopped' ? failed : undefined;
    }
  }
}

/** Carries out a file. */
export async function runFile(session: Session, path: string): Promise<Ending> {
  const place = resolve(session.io.cwd, path);
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error || found.isDirectory()) {
    const reason =
      found instanceof Error ? (REASONS[found.code ?? ''] ?? found.message) : 'Is a directory';
    session.ownProblem(`${path}: ${reason}`);
    return 'stopped';
  }
  const source = new ChunkedLines(createReadStream(place), { name: path, folder: dirname(path) });
  return runScript(session, source);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
};

function isBranching(name: string): boolean {
  return ['if', 'elif', 'else', 'endif'].includes(name);
}

function branch(
  session: Session,
  { name, args }: { readonly name: string; readonly args: string },
  branches: Branch[],
): void {
  const top = branches.at(-1);
  if (name === 'if') {
    const outer = top?.active ?? true;
    const active = outer && isTrue(args, session);
    branches.push({ active, taken: active, outer });
  } else if (top === undefined) session.ownProblem(`\\${name}: no matching \\if`);
  else if (name === 'endif') branches.pop();
  else {
    const wanted = top.outer && !top.taken && (name === 'else' || isTrue(args, session));
    top.active = wanted;
    top.taken ||= wanted;
  }
}

function isTrue(args: string, session: Session): boolean {
  const word = metaWords(args, session.lookup)[0]?.toLowerCase() ?? '';
  return ['1', 't', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on'].includes(word);
}
