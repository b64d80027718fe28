import type { Finding } from '../model/finding.ts';

/** What the system refused, where nothing nearer to the cause has a better word for it; undefined for a mistake of bowline's own. */
export function systemFailure(error: unknown): Finding | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : FAILURES[code];
  if (known === undefined) return undefined;
  const where = path === undefined ? '' : `: ${path}`;
  return {
    code: known.code,
    cause: `${known.cause}${where}`,
    proof: [message],
    fix: [known.fix],
  };
}

const full = {
  code: 'native/disk-full',
  cause: 'there is no space left to write a file',
  fix: 'Free some space there, then try again: df -h shows how much there is.',
} as const;
const forbidden = {
  code: 'native/not-allowed',
  cause: 'this user may not do that to a file',
  fix: 'Give this user the right to it, or name other folders with the XDG_… variables.',
} as const;
const files = {
  code: 'native/too-many-files',
  cause: 'too many files are open',
  fix: 'Raise the limit and try again: ulimit -n 4096.',
} as const;

const FAILURES: Readonly<
  Record<string, Pick<Finding, 'code' | 'cause'> & { readonly fix: string }>
> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
  EMFILE: files,
  ENFILE: files,
};
