import type { Finding } from '../model/finding.ts';
import type { ExitStatus } from '../model/observed.ts';

interface FailedCopy {
  readonly service: string;
  readonly path: string;
  /** How `tar` has ended there. */
  readonly exit: ExitStatus;
  readonly said: string;
}

const LAST_LINES = 5;

/** A file could not be copied from or to where a service runs. */
export function notCopied({ service, path, exit, said }: FailedCopy): Finding {
  // As a shell says it: not executable, not found.
  const hasNoTar = exit.kind === 'code' && (exit.code === 126 || exit.code === 127);
  return {
    code: 'service/not-copied',
    service,
    cause: hasNoTar
      ? `${service} has no tar, with which files are copied`
      : `${path} of ${service} could not be copied`,
    ...(said !== '' && { proof: said.split('\n').slice(-LAST_LINES) }),
    ...(hasNoTar && {
      fix: [`One file can be read all the same: bowline exec -T ${service} cat ${path}`],
    }),
  };
}
