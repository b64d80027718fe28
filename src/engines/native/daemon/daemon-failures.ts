import { SocketPathTooLongError, UnsafeFolderError } from '../../../host/socket-path.ts';
import { RunError } from '../../../model/finding.ts';
import type { Announcement } from './protocol.ts';

/** What the user sees when there is no daemon to talk to. */
export function notStarting(
  cause: string,
  proof: readonly string[],
  options?: ErrorOptions,
): RunError {
  const finding = {
    code: 'daemon/not-starting',
    cause: `the supervisor does not start: ${cause}`,
    ...(proof.length === 0 ? {} : { proof }),
    fix: ['Services that run are not affected. Repair what is named above and repeat the command.'],
  } as const;
  return new RunError([finding], options);
}

/** A daemon of a later version runs, or has run. */
export function newerVersion(writtenBy: string, proof: readonly string[]): RunError {
  return new RunError([
    {
      code: 'daemon/newer-version',
      cause: `this project was last used with bowline ${writtenBy}, whose files this version cannot read`,
      proof,
      fix: [`Install bowline ${writtenBy} or a later version.`],
    },
  ]);
}

/** One holds the lock and says nothing. */
export function stuck({ pid }: Extract<Announcement, { kind: 'taken' }>): RunError {
  return new RunError([
    {
      code: 'daemon/not-answering',
      cause: `the supervisor, process ${pid}, has not answered for 10 s`,
      fix: [`End it with "kill -9 ${pid}" and repeat the command: the services go on meanwhile.`],
    },
  ]);
}

/** It was asked several times, and each time the connection broke. */
export function notAnswering(cause: unknown): RunError {
  const finding = {
    code: 'daemon/not-answering',
    cause: 'the supervisor has broken off the connection several times',
    fix: ['Look into daemon.log in the project’s state folder, and repeat the command.'],
  } as const;
  return new RunError([finding], { cause });
}

/** Turns what is wrong with the folder for sockets into a finding; gives any other error back. */
export function socketFailureOf(error: unknown): unknown {
  if (error instanceof SocketPathTooLongError) {
    return new RunError(
      [
        {
          code: 'daemon/socket-path-too-long',
          cause: error.message,
          fix: ['Set XDG_RUNTIME_DIR to a folder with a shorter path.'],
        },
      ],
      { cause: error },
    );
  }
  if (error instanceof UnsafeFolderError) {
    return new RunError(
      [
        {
          code: 'daemon/socket-folder-unsafe',
          cause: `sockets cannot be kept safely: ${error.message}`,
          fix: [
            `Remove ${error.path} or give it to this user with mode 0700, or set XDG_RUNTIME_DIR to a folder of this user.`,
          ],
        },
      ],
      { cause: error },
    );
  }
  return error;
}

/** The daemon has understood a request and not carried it out. */
export function refusalOf(status: number, body: unknown): RunError {
  const { code, error } = textsOf(body);
  return new RunError([
    {
      code: `daemon/${code}`,
      cause: error,
      proof: status >= 500 ? [`status ${status}`] : [],
    },
  ]);
}

function textsOf(body: unknown): { readonly code: string; readonly error: string } {
  const of = (key: string): unknown =>
    typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
  const code = of('code');
  const error = of('error');
  return {
    code: typeof code === 'string' ? code : 'failed',
    error: typeof error === 'string' ? error : 'the supervisor has failed',
  };
}
