import type { Finding } from '../model/finding.ts';
import { disallowedHost } from './disallowed-host.ts';
import { ended } from './ended.ts';
import { failingHealth } from './failing-health.ts';
import { listensElsewhere } from './listens-elsewhere.ts';
import { missingVariable } from './missing-variable.ts';
import { noSpace } from './no-space.ts';
import { otherMajor } from './other-major.ts';
import { ownLoopback } from './own-loopback.ts';
import { refusedPassword } from './refused-password.ts';
import type { ServiceFacts } from './service-facts.ts';
import { unresolvedName } from './unresolved-name.ts';

type Rule = (facts: ServiceFacts) => Finding | undefined;

/** What a program says of its own trouble, the surest first. */
const FROM_LOG: readonly Rule[] = [
  otherMajor,
  noSpace,
  missingVariable,
  unresolvedName,
  refusedPassword,
  ownLoopback,
];
const FROM_STATE: readonly Rule[] = [ended, failingHealth];

/**
 * Why a service does not work, the cause before what follows from it; nothing when no trouble is seen. What a service
 * wrote is believed only while something is wrong with it: old lines tell of old trouble.
 */
export function diagnoseService(facts: ServiceFacts): readonly Finding[] {
  const [symptom] = FROM_STATE.flatMap((rule) => rule(facts) ?? []);
  const [cause] = causesInLog(facts);
  if (symptom !== undefined && cause !== undefined) return [withSymptom(cause, symptom)];
  if (symptom !== undefined) return [disallowedHost(facts) ?? symptom];
  return [listensElsewhere, disallowedHost].flatMap((rule) => rule(facts) ?? []);
}

/** What the log of a service that does not work says about the reason. */
export function causesInLog(facts: ServiceFacts): readonly Finding[] {
  return FROM_LOG.flatMap((rule) => rule(facts) ?? []);
}

function withSymptom(cause: Finding, symptom: Finding): Finding {
  return { ...cause, proof: [symptom.cause, ...(cause.proof ?? [])] };
}
