import { errorCodeOf } from '../../../host/error-code.ts';
import { ExitCode } from '../../../model/exit-code.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import { ApiError, CredentialsError, NoServerError } from './api-error.ts';
import type { Target } from './read-kubeconfig.ts';

/**
 * What a failed request means to who sent it; undefined for what is no refusal: a bug, or an interrupt. `about` names
 * what it was about, as in `Deployment/web`.
 */
export function explainFailure(
  error: unknown,
  target: Target,
  about?: string,
): Finding | undefined {
  if (error instanceof CredentialsError) return noCredentials(error, target);
  if (error instanceof NoServerError) return noServer(error, target);
  if (!(error instanceof ApiError)) return undefined;
  const { status, message } = error;
  if (status === 401) {
    return {
      code: 'kubernetes/unauthorised',
      cause: `${target.server} does not accept the credentials of context ${target.context}`,
      proof: [message],
      fix: ['They have expired or been withdrawn: log in anew, or get a new kubeconfig.'],
    };
  }
  if (status === 403) return forbidden(message, target);
  if (status === 404) return missingNamespace(message);
  return {
    code: 'kubernetes/refused',
    ...(about !== undefined && { service: about }),
    cause: `the cluster refused${about === undefined ? ' a request' : ` ${about}`} (${status})`,
    proof: [message],
    fix: ['The line above is what the cluster says to it.'],
  };
}

/** The same as something to throw: exit code 5 when the cluster cannot be reached or does not allow it. */
export function failureOf(error: unknown, target: Target): unknown {
  const finding = explainFailure(error, target);
  if (finding === undefined) return error;
  const isOutside = finding.code !== 'kubernetes/refused';
  return new RunError([finding], {
    cause: error,
    exitCode: isOutside ? ExitCode.unreachable : ExitCode.failed,
  });
}

function noCredentials({ cause }: CredentialsError, { context }: Target): Finding {
  const said = cause instanceof Error ? cause.message.trim() : String(cause);
  const isMissing = errorCodeOf(cause) === 'ENOENT';
  return {
    code: 'kubernetes/no-credentials',
    cause: `the kubeconfig gives no credentials for context ${context}`,
    proof: said.split('\n').slice(-5),
    fix: [
      isMissing
        ? 'Install the program that the kubeconfig names, or correct its path.'
        : 'Log in anew with the tool of your provider, then try again.',
    ],
  };
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
};

function noServer({ cause }: NoServerError, { server, context }: Target): Finding {
  const code = errorCodeOf(cause) ?? '';
  const said = cause instanceof Error ? cause.message : String(cause);
  const isTrust = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code);
  if (isTrust) {
    return {
      code: 'kubernetes/certificate',
      cause: `the certificate of ${server} does not prove that it is the cluster of context ${context}`,
      proof: [said],
      fix: ['The kubeconfig is of another cluster, or of before it was made anew: get a new one.'],
    };
  }
  return {
    code: 'kubernetes/unreachable',
    cause: `the cluster at ${server} does not answer: ${CAUSES[code] ?? said}`,
    proof: [said],
    fix: [
      `Is it running, and are you in its network? Another one is chosen with --context; this was ${context}.`,
    ],
  };
}

const FORBIDDEN =
  /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)"| (at the cluster scope))?/;

function forbidden(message: string, { context }: Target): Finding {
  const [, user = '', verb = '', resource = '', group = '', namespace] =
    FORBIDDEN.exec(message) ?? [];
  if (/because it is being terminated/.test(message)) {
    return {
      code: 'kubernetes/namespace-terminating',
      cause: 'the namespace is being deleted, and takes nothing new',
      proof: [message],
      fix: ['Wait until it is gone, then try again.'],
    };
  }
  if (verb === '') {
    return {
      code: 'kubernetes/denied',
      cause: 'the cluster does not allow it',
      proof: [message],
      fix: ['A rule of the cluster forbids it: the line above says which.'],
    };
  }
  const what = group === '' ? resource : `${resource}.${group}`;
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`;
  return {
    code: 'kubernetes/forbidden',
    cause: `user ${user} may not ${verb} ${what} ${where}`,
    proof: [message],
    fix: [
      `Ask for a Role with it; docs/kubernetes.md has one with all that bowline needs. Or choose another user: this is context ${context}.`,
    ],
  };
}

function missingNamespace(message: string): Finding {
  const namespace = /namespaces "([^"]+)" not found/.exec(message)?.[1];
  if (namespace === undefined) {
    return {
      code: 'kubernetes/refused',
      cause: 'the cluster does not have what was asked for',
      proof: [message],
    };
  }
  return {
    code: 'kubernetes/namespace-missing',
    cause: `there is no namespace ${namespace}`,
    fix: [
      `Make it with kubectl create namespace ${namespace}, add it to the files, or choose another with --namespace.`,
    ],
  };
}
