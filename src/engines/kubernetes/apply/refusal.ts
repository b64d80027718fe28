import { ExitCode } from '../../../model/exit-code.ts';
import { type Finding, RunError } from '../../../model/finding.ts';
import { ApiError } from '../cluster/api-error.ts';
import { conflictsIn, type FieldConflict } from '../cluster/conflict.ts';
import { explainFailure } from '../cluster/explain-failure.ts';
import type { Target } from '../cluster/read-kubeconfig.ts';
import { type ObjectId, titleOf } from '../object.ts';

/** Why the cluster does not take an object. */
export interface Refusal {
  readonly id: ObjectId;
  readonly finding: Finding;
  /** Where in the object, as in `spec.ports[0].port`; absent: the whole of it. */
  readonly field?: string;
}

/** Not because of what the objects say, but of who sent them, and to where. */
const OUTSIDE: ReadonlySet<Finding['code']> = new Set([
  'kubernetes/certificate',
  'kubernetes/denied',
  'kubernetes/forbidden',
  'kubernetes/namespace-missing',
  'kubernetes/namespace-terminating',
  'kubernetes/no-credentials',
  'kubernetes/unauthorised',
  'kubernetes/unreachable',
]);

/** All of it as something to throw. */
export function refused(refusals: readonly Refusal[]): RunError {
  const findings = refusals.map(({ finding }) => finding);
  const isOutside = findings.some(({ code }) => OUTSIDE.has(code));
  return new RunError(findings, {
    exitCode: isOutside ? ExitCode.unreachable : ExitCode.failed,
  });
}

const IMMUTABLE =
  /field is immutable|is immutable after creation|are forbidden|may not be changed/i;

/** Every reason for which the cluster refused an object, each by itself; none: the error is no refusal. */
export function refusalsOf(error: unknown, id: ObjectId, target: Target): readonly Refusal[] {
  if (error instanceof ApiError) {
    const own = ownWords(error, id);
    if (own.length > 0) return own;
  }
  const finding = explainFailure(error, target, titleOf(id));
  return finding === undefined ? [] : [{ id, finding }];
}

/** Whether the object must be made anew, because what was changed cannot be changed. */
export function isImmutable(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status === 422 &&
    (error.said.details?.causes ?? []).some(({ message = '' }) => IMMUTABLE.test(message))
  );
}

function ownWords(error: ApiError, id: ObjectId): readonly Refusal[] {
  const { said, status, message } = error;
  const conflicts = conflictsIn(error);
  if (conflicts !== undefined) return [conflict(conflicts, id)];
  if (/failed to create typed patch object|strict decoding error/.test(message)) {
    return mismatches(message, id);
  }
  if (status !== 422) return [];
  return (said.details?.causes ?? []).map(({ message: words = '', field }) => ({
    id,
    ...(field !== undefined && field !== '<nil>' && { field }),
    finding: IMMUTABLE.test(words)
      ? immutable(id, field ?? '')
      : {
          code: 'kubernetes/invalid-object',
          service: titleOf(id),
          cause: `${titleOf(id)}: ${fieldInWords(field)} is not valid`,
          proof: [withoutSecrets(firstLine(words), id)],
        },
  }));
}

const UNKNOWN = /^\.?(.*): field not declared in schema$/;
const UNKNOWN_STRICT = /unknown field "([^"]+)"/g;
const WRONG_TYPE = /^\.?(.*): (expected .*)$/;
const TWICE = /^\.?(.*): duplicate entries for key (.*)$/;

function mismatches(message: string, id: ObjectId): readonly Refusal[] {
  const title = titleOf(id);
  const strict = [...message.matchAll(UNKNOWN_STRICT)].map(([, field = '']) => field);
  if (strict.length > 0) return strict.map((field) => unknownField(field, id));
  const lines = message.replace(/^failed to create typed patch object \([^)]*\): /, '').split('\n');
  return lines.flatMap((each): readonly Refusal[] => {
    const line = each.trim();
    const unknown = UNKNOWN.exec(line)?.[1];
    if (unknown !== undefined) return [unknownField(unknown, id)];
    const [, wrong, wanted = ''] = WRONG_TYPE.exec(line) ?? [];
    if (wrong !== undefined) {
      return [
        {
          id,
          field: wrong,
          finding: {
            code: 'kubernetes/wrong-type',
            service: title,
            cause: `${title}: ${wrong} has a value of the wrong type`,
            proof: [withoutSecrets(readable(wanted), id)],
            fix: fixForType(wanted),
          },
        },
      ];
    }
    const [, list, key = ''] = TWICE.exec(line) ?? [];
    if (list === undefined) return [];
    return [
      {
        id,
        field: list,
        finding: {
          code: 'kubernetes/duplicate-entry',
          service: title,
          cause: `${title}: ${list} has two entries with ${key.replaceAll(/[[\]]/g, '')}`,
          fix: ['Keep one of them.'],
        },
      },
    ];
  });
}

function unknownField(field: string, id: ObjectId): Refusal {
  return {
    id,
    field,
    finding: {
      code: 'kubernetes/unknown-field',
      service: titleOf(id),
      cause: `${titleOf(id)} has no field ${field}`,
      fix: [
        `Check the spelling and the indentation: kubectl explain ${id.kind.toLowerCase()}${pathFor(field)} lists what there is.`,
      ],
    },
  };
}

/** The path of the parent, without names of entries. */
function pathFor(field: string): string {
  const parts = field
    .replaceAll(/\[[^\]]*\]/g, '')
    .split('.')
    .filter((part) => part !== '');
  return parts
    .slice(0, -1)
    .map((part) => `.${part}`)
    .join('');
}

function readable(wanted: string): string {
  return wanted.replace(/&value\.valueUnstructured\{Value:(.*)\}/, '$1');
}

function fixForType(wanted: string): readonly string[] {
  return wanted.startsWith('expected string')
    ? ['Put the value in quotes: YAML takes it for a number or a truth value.']
    : ['Compare with the documentation of the field.'];
}

function conflict(conflicts: readonly FieldConflict[], id: ObjectId): Refusal {
  const list = conflicts.map(({ owner, fields }) => `${owner} has set ${fields.join(', ')}`);
  const field = conflicts[0]?.fields[0];
  return {
    id,
    ...(field !== undefined && { field }),
    finding: {
      code: 'kubernetes/field-conflict',
      service: titleOf(id),
      cause: `${titleOf(id)}: ${list.join('; ')}`,
      fix: [
        'Leave these fields out of the file if that program is to set them, as a HorizontalPodAutoscaler sets replicas.',
        'Or take them over: say the same command with --force-conflicts.',
      ],
    },
  };
}

function immutable(id: ObjectId, field: string): Finding {
  const title = titleOf(id);
  return {
    code: 'kubernetes/immutable-field',
    service: title,
    cause: `${title}: ${fieldInWords(field)} cannot be changed once it exists`,
    fix: [
      WAYS_OUT[id.kind] ??
        `Give it another name, or delete it first: kubectl delete ${id.kind.toLowerCase()} ${id.name}.`,
    ],
  };
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  PersistentVolumeClaim:
    'A claim can only grow, and only where its class allows that. For another class or a smaller size make a new claim and copy the data.',
  StatefulSet:
    'Delete the StatefulSet and leave its pods and claims: kubectl delete statefulset NAME --cascade=orphan. Then apply again.',
  Deployment:
    'Delete the Deployment, which stops its pods for a moment, and apply again; or give it another name.',
};

function fieldInWords(field: string | undefined): string {
  return field === undefined || field === '' || field === '<nil>' ? 'it' : field;
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 400 ? `${line.slice(0, 400)}…` : line;
}

/** Refusals repeat the value, and what is in a Secret is nobody's to read. */
function withoutSecrets(text: string, { kind }: ObjectId): string {
  if (kind !== 'Secret') return text;
  return text.replace(/got .*$/, 'got ‹secret›').replace(/(value: ).*?(: |$)/i, '$1‹secret›$2');
}
