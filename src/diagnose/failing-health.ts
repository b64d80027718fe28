import type { Finding } from '../model/finding.ts';
import type { ServiceFacts } from './service-facts.ts';
import { lastLines } from './trouble.ts';

const MISSING =
  /(?:sh: )?(?:\d+: |line \d+: )?([\w./-]+): (?:command )?not found|exec: "([^"]+)": executable file not found|spawn ([\w./-]+) ENOENT/;
const LINES = 6;

/** It runs, and its healthcheck does not pass. */
export function failingHealth({ service, replica }: ServiceFacts): Finding | undefined {
  const state = replica?.state;
  if (state?.kind !== 'running') return undefined;
  const { health } = state;
  if (health.kind !== 'unhealthy' && health.kind !== 'starting') return undefined;
  const output = health.lastOutput ?? '';
  if (health.kind === 'starting' && output === '') return undefined;
  const [, ...programs] = MISSING.exec(output) ?? [];
  const program = programs.find((each) => each !== undefined);
  const place = service.healthcheck === undefined ? {} : { at: service.at };
  const proof = lastLines(output.split('\n'), LINES);
  if (program !== undefined) {
    return {
      code: 'service/health-command-missing',
      service: service.name,
      cause: `the healthcheck of ${service.name} runs "${program}", which is not there`,
      proof,
      fix: [
        `Ask with a program that is there, for example the language of the service itself, or install "${program}" in its image.`,
      ],
      ...place,
    };
  }
  return {
    code: 'service/unhealthy',
    service: service.name,
    cause:
      health.kind === 'unhealthy'
        ? `${service.name} runs, but its healthcheck fails`
        : `${service.name} runs, and its healthcheck has not passed yet`,
    proof,
    fix: [
      `It ran: ${service.healthcheck?.test.slice(1).join(' ') ?? 'the healthcheck of the image'}`,
      `bowline logs ${service.name} shows what the service wrote.`,
    ],
    ...place,
  };
}
