import type { WorkloadFacts } from './kubernetes-facts.ts';
import type { Trouble } from './trouble.ts';

/** The cluster does not let a workload make its pods. */
export function cannotCreate({ title, cannotCreate: said }: WorkloadFacts): Trouble | undefined {
  if (said === undefined) return undefined;
  return {
    settleMs: 2000,
    verdict: 'fatal',
    finding: { service: title, proof: [said], ...explain(title, said) },
  };
}

function explain(title: string, said: string): Pick<Trouble['finding'], 'code' | 'cause' | 'fix'> {
  const quota = /exceeded quota: ([^,]+), requested: (.*), used: (.*), limited: (.*)/.exec(said);
  if (quota !== null) {
    const [, name = '', requested = '', used = '', limited = ''] = quota;
    return {
      code: 'kubernetes/quota',
      cause: `${title} would exceed the quota ${name}: ${requested} asked for, ${used} in use, ${limited} allowed`,
      fix: ['Ask for less, take something else down, or have the quota raised.'],
    };
  }
  if (/failed quota: .*must specify/.test(said)) {
    return {
      code: 'kubernetes/quota',
      cause: `${title} does not say how much it needs, and a quota of the namespace asks for that`,
      fix: ['Write resources.requests and resources.limits for each container.'],
    };
  }
  if (/violates PodSecurity/.test(said)) {
    return {
      code: 'kubernetes/pod-security',
      cause: `${title}: the namespace does not allow pods like this`,
      fix: ['The line above says, in its brackets, what securityContext must say.'],
    };
  }
  if (/serviceaccount "([^"]+)" not found/.test(said)) {
    return {
      code: 'kubernetes/missing-object',
      cause: `${title} runs as a service account that does not exist`,
      fix: ['Add the ServiceAccount to the files, or correct serviceAccountName.'],
    };
  }
  return {
    code: 'kubernetes/pods-refused',
    cause: `${title} cannot make its pods`,
    fix: ['The line above says who refuses them, and why.'],
  };
}
