import { join } from 'node:path';

import { causesInLog } from '../../diagnose/diagnose-service.ts';
import type { Finding } from '../../model/finding.ts';
import { readLogs } from './logs/read-log.ts';
import type { NativeOptions } from './options.ts';
import type { UnitRecord } from './unit.ts';

const LAST_LINES = 12;

/** Adds the last lines of the log as proof where a finding has none, and what to do next. */
export async function explainFailure(
  unit: UnitRecord,
  findings: readonly Finding[],
  { directories, project }: NativeOptions,
): Promise<readonly Finding[]> {
  const service = unit.service ?? unit.name;
  const lines = await lastLines(join(directories.units, unit.name), service);
  const known = project.services.find(({ name }) => name === service);
  const [cause] = known === undefined ? [] : causesInLog({ project, service: known, lines });
  return findings.map((finding) => ({
    ...(cause === undefined ? finding : { ...cause, cause: `${cause.cause}; ${finding.cause}` }),
    proof: [...(finding.proof ?? []), ...lines],
    fix: [
      ...(cause?.fix ?? []),
      ...(finding.fix ?? [`bowline logs ${service} shows all that it wrote.`]),
    ],
  }));
}

async function lastLines(folder: string, service: string): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const lines: string[] = [];
  const query = { folder, replica: service, service, follow: false, tail: LAST_LINES, signal };
  for await (const { text } of readLogs(query)) if (text.trim() !== '') lines.push(text);
  return lines;
}
