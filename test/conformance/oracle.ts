import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Case } from './cases.ts';
import { endless } from './deviations.ts';
import { cache, digest, dockerCompose } from './toolchain.ts';

/** What Docker Compose says to a case. */
export type Answer =
  | { readonly kind: 'accepted'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string }
  /** It took too long, as far as it was asked: nobody knows. */
  | { readonly kind: 'silent' };

export interface Question {
  readonly placed: PlacedCase;
  /** Behind `config`. */
  readonly flags: readonly string[];
}

/** A case with its files on disk. */
export interface PlacedCase {
  readonly case: Case;
  readonly paths: readonly string[];
  readonly folder: string;
}

/** Project name of every case that has none of its own. */
export const PROJECT = 'corpus';
const AT_ONCE = 2;
const PATIENCE_MS = 10_000;

/** Writes what a case brings into a folder of the cache. */
export function place(wanted: Case): PlacedCase {
  const own = join(cache, 'cases', digest(wanted));
  const paths = wanted.files.map((file, index) => {
    const name = index === 0 ? 'compose.yaml' : `override-${index}.yaml`;
    return typeof file === 'string' ? write(join(own, name), file) : file.path;
  });
  for (const [path, text] of Object.entries(wanted.beside)) write(join(own, path), text);
  return { case: wanted, paths, folder: wanted.folder ?? own };
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Asks Docker Compose, or looks up what it said the last time. Answers stand in the order of the questions. */
export async function answers(questions: readonly Question[]): Promise<readonly Answer[]> {
  const known = readKnown();
  const missing = questions.filter(
    (question) => !known.has(keyOf(question)) && !endless.includes(question.placed.case.name),
  );
  const program = missing.length === 0 ? '' : await dockerCompose();
  const waiting = missing[Symbol.iterator]();
  const ask = async (): Promise<void> => {
    for (const question of waiting) {
      const answer = await askOne(program, question);
      known.set(keyOf(question), answer);
      remember(keyOf(question), answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return questions.map((question) => known.get(keyOf(question)) ?? { kind: 'silent' });
}

/** The flags before `config`. */
export function argumentsOf({ placed, flags }: Question): readonly string[] {
  const files = placed.paths.flatMap((path) => ['-f', path]);
  return ['-p', PROJECT, '--project-directory', placed.folder, ...files, 'config', ...flags];
}

/** No programs and no network: what a file names elsewhere is not fetched. A short life needs no threads and no collector. */
const SURROUNDINGS = {
  PATH: '/nowhere',
  HOME: '/nowhere',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  GOMAXPROCS: '1',
  GOGC: '400',
  GOMEMLIMIT: '500MiB',
};

export function environmentOf({ environment }: Case): Readonly<Record<string, string>> {
  return { ...SURROUNDINGS, ...environment };
}

function askOne(program: string, question: Question): Promise<Answer> {
  const { case: wanted, folder } = question.placed;
  const options = {
    cwd: folder,
    env: environmentOf(wanted),
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 1 << 26,
  };
  return new Promise((resolve) => {
    execFile(program, argumentsOf(question), options, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: 'accepted', text: stdout });
      else if (error.killed === true) resolve({ kind: 'silent' });
      else resolve({ kind: 'refused', message: lastMessage(stderr) });
    }).stdin?.end();
  });
}

/** Warnings stand before the one error that ends the run. */
function lastMessage(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  const first = lines.findIndex((line) => !line.startsWith('time='));
  return lines.slice(Math.max(first, 0)).join('\n');
}

function keyOf(question: Question): string {
  return digest([question.placed.case, argumentsOf(question)]);
}

const KNOWN = join(cache, 'answers.jsonl');

/** One answer a line; half a line, of a run that was ended, is none. */
function readKnown(): Map<string, Answer> {
  const known = new Map<string, Answer>();
  if (!existsSync(KNOWN)) return known;
  for (const line of readFileSync(KNOWN, 'utf8').split('\n')) {
    if (!line.endsWith(']')) continue;
    const [key, answer]: [string, Answer] = JSON.parse(line);
    known.set(key, answer);
  }
  return known;
}

/** At once, so that a run that is ended was not for nothing. */
function remember(key: string, answer: Answer): void {
  if (answer.kind !== 'silent') appendFileSync(KNOWN, `\n${JSON.stringify([key, answer])}`);
}
