import { doctor, type ServiceReport } from '../actions/doctor.ts';
import { servicesNamed } from '../actions/session.ts';
import { sourcesOf } from '../actions/sources-of.ts';
import { ExitCode } from '../model/exit-code.ts';
import { renderFailure } from '../report/render-finding.ts';
import type { ProjectOptions } from './command.ts';
import { hintAtExplain } from './explain-hint.ts';
import type { Io } from './io.ts';
import { openToLook } from './open-to-look.ts';
import { redacted } from './redacted.ts';

interface DoctorInvocation {
  readonly options: { readonly json: boolean };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline doctor`: exit code 1 when something does not work. */
export async function runDoctor({
  options,
  operands,
  project,
  io,
}: DoctorInvocation): Promise<number> {
  await using session = await openToLook({ project, io }, { enabled: operands });
  const services = servicesNamed(session, operands);
  const reports = (await doctor(session, services, { signal: io.signal })).map((report) => ({
    ...report,
    findings: redacted(report.findings, session.secrets),
  }));
  const findings = reports.flatMap((report) => report.findings);
  if (options.json) io.stdout.write(`${JSON.stringify({ services: reports })}\n`);
  else {
    const style = {
      color: io.stdout.color,
      sources: await sourcesOf(findings, session.sources),
      cwd: io.cwd,
    };
    for (const report of reports) io.stdout.write(textOf(report, style));
    hintAtExplain(findings, io);
  }
  return findings.length > 0 ? ExitCode.failed : ExitCode.done;
}

function textOf(
  { service, state, findings }: ServiceReport,
  style: Parameters<typeof renderFailure>[2],
): string {
  return findings.length === 0
    ? `✓ ${service}: ${state}, no trouble seen\n`
    : renderFailure(`${service}: ${state}`, findings, style);
}
