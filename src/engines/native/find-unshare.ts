import { programIn } from './postgres/machine-facts.ts';

/** The program that makes mount namespaces; also where the user's PATH lacks the folders of the system. */
export function findUnshare(path: string | undefined): string | undefined {
  return programIn(path, 'unshare') ?? programIn('/usr/bin:/bin', 'unshare');
}
