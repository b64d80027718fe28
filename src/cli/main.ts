import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { Interrupted } from '../actions/interrupted.ts';
import { ExitCode } from '../model/exit-code.ts';
import { commands } from './commands/index.ts';
import type { Io } from './io.ts';
import { processOutput } from './process-output.ts';
import { processStreams } from './process-streams.ts';
import { buildProgram, exitCodeOfParser } from './program.ts';
import { projectOptions } from './shared-options.ts';
import { build, version } from './version.ts';

/** Runs the command line of this process to its exit code. */
export async function main(): Promise<number> {
  const interrupts = listenForInterrupts();
  const io = processIo(interrupts);
  let exitCode: number = ExitCode.done;
  try {
    const program = buildProgram(io, process.argv.slice(2), (code) => {
      exitCode = code;
    });
    if (process.argv.length <= 2) {
      program.outputHelp();
      return ExitCode.done;
    }
    if (process.argv[2] === 'complete') return await answerShell(process.argv.slice(3), io);
    await program.parseAsync(process.argv);
    return exitCode;
  } catch (error) {
    const ended = exitCodeOfParser(error);
    if (ended !== undefined) return ended;
    const { reportFailure } = await import('./report-failure.ts');
    return reportFailure(error, io);
  }
}

/** A shell asks how the command line may go on: `complete -- words`. Nothing may disturb the one who types. */
async function answerShell(args: readonly string[], io: Io): Promise<number> {
  const { complete } = await import('./complete.ts');
  const { servicesToComplete } = await import('./services-to-complete.ts');
  const words = args[0] === '--' ? args.slice(1) : args;
  const { errorCodes } = await import('../actions/error-pages.ts');
  const [services, codes] = await Promise.all([
    servicesToComplete(io),
    errorCodes(io.documentation),
  ]);
  complete(words, { commands, projectOptions, services, codes });
  return ExitCode.done;
}

/** First interrupt: stop in order. Second: now. Third: leave everything as it is. */
function listenForInterrupts(): { readonly first: AbortSignal; readonly second: AbortSignal } {
  const first = new AbortController();
  const second = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (second.signal.aborted) process.exit(ExitCode.interrupted);
      (first.signal.aborted ? second : first).abort(new Interrupted(name));
    });
  }
  return { first: first.signal, second: second.signal };
}

function processIo({ first, second }: ReturnType<typeof listenForInterrupts>): Io {
  const folder = join(import.meta.dirname);
  return {
    stdout: processOutput('stdout'),
    stderr: processOutput('stderr'),
    environment: process.env,
    cwd: process.cwd(),
    home: homeOf(),
    uid: process.getuid?.() ?? 0,
    temporary: tmpdir(),
    programs: {
      node: process.execPath,
      daemon: join(folder, 'daemon.js'),
      gate: join(folder, 'gate.js'),
      psql: join(folder, 'psql.js'),
      folder,
      version,
      build,
    },
    documentation: join(folder, '../docs/errors'),
    hints: new Set(),
    secrets: new Set(),
    signal: first,
    hurry: second,
    streams: () => processStreams(process),
    readStdin: () => readAll(process.stdin),
    ask: async (question) => {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
      const { askLine } = await import('./ask.ts');
      return askLine(question, first);
    },
  };
}

/** `HOME` may be missing or wrong, as in a container or under cron. */
function homeOf(): string {
  const { HOME: home } = process.env;
  if (home?.startsWith('/') === true) return home;
  try {
    return userInfo().homedir;
  } catch {
    return tmpdir();
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
