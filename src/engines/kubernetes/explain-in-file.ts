import { causesInLog } from '../../diagnose/diagnose-service.ts';
import type { Span } from '../../model/diagnostic.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import type { Service, ServiceName } from '../../model/project.ts';
import type { KubernetesOptions } from './options.ts';

type Known = Pick<KubernetesOptions, 'project' | 'names'>;

/**
 * Findings of a cluster in the words of the file: the service instead of its objects, where it stands there, and what
 * its log says about the reason.
 */
function explainedInFile(
  findings: readonly Finding[],
  known: Known,
  about?: ServiceName,
): readonly Finding[] {
  return findings.map((finding) => {
    const service = serviceOf(finding, known, about);
    if (service === undefined) return finding;
    const at = finding.at ?? placeOf(finding, service, known);
    const [cause] =
      finding.code === 'kubernetes/crash-loop'
        ? causesInLog({ project: known.project, service, lines: finding.proof ?? [] })
        : [];
    const { proof = [] } = finding;
    return cause === undefined
      ? { ...finding, service: service.name, at }
      : { ...cause, proof: [...new Set([finding.cause, ...proof])] };
  });
}

/** The same for what was thrown; what is no finding stays as it is. */
export function errorInFile(error: unknown, known: Known, about?: ServiceName): unknown {
  if (!(error instanceof RunError)) return error;
  const { exitCode } = error;
  return new RunError(explainedInFile(error.findings, known, about), { cause: error, exitCode });
}

/** The one that an object belongs to, as in `Deployment/web`; of two whose names begin alike the longer. */
function serviceOf(
  { service: title = '' }: Finding,
  { project, names }: Known,
  about: ServiceName | undefined,
): Service | undefined {
  const object = title.slice(title.indexOf('/') + 1);
  const [longest] = [...names]
    .filter(([, name]) => object === name || object.startsWith(`${name}-`))
    .toSorted(([, a], [, b]) => b.length - a.length);
  const wanted = about ?? longest?.[0];
  return project.services.find(({ name }) => name === wanted);
}

/** The line that names the image where it is about that; else where the service begins. */
function placeOf({ code }: Finding, { name, at }: Service, { project }: Known): Span {
  const isImage = code.includes('/image-');
  return (isImage ? project.origins.get(`/services/${name}/image`) : undefined) ?? at;
}
