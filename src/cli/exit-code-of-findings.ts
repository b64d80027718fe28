import { ExitCode } from '../model/exit-code.ts';
import type { Finding } from '../model/finding.ts';

/** What a failed action exits with: release tasks have a code of their own. */
export function exitCodeOfFindings(findings: readonly Finding[]): number {
  return findings.some(({ code }) => code.startsWith('task/'))
    ? ExitCode.taskFailed
    : ExitCode.failed;
}
