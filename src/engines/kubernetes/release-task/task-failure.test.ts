import { expect, test } from 'vitest';

import { parseServiceName, type Service } from '../../../model/project.ts';
import type { ReleaseTask } from '../../../model/release-task.ts';
import type { Job, Pod, TerminatedState } from '../track/wire.ts';
import { type FailedTask, taskFailure } from './task-failure.ts';

const at = { file: 'compose.yaml', start: 0, end: 1 };
const task: ReleaseTask = {
  command: ['migrate'],
  strategy: 'task',
  timeoutMs: 60_000,
  origin: 'x-bowline',
  at,
};
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its name is read
const service = { name: parseServiceName('web') } as Service;
const trouble = {
  code: 'kubernetes/image-missing',
  service: 'Job/web-migrate',
  cause: 'there is no image shop:2',
  proof: ['not found'],
  fix: ['Push it.'],
} as const;

function failedJob(reason: string, failed = 1): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'web-migrate' },
    status: { failed, conditions: [{ type: 'Failed', status: 'True', reason }] },
  };
}

function podThat(terminated: TerminatedState): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-migrate-1' },
    spec: { containers: [{ name: 'migrate' }] },
    status: { containerStatuses: [{ name: 'migrate', state: { terminated } }] },
  };
}

function told(parts: Partial<FailedTask>): ReturnType<typeof taskFailure>[number] | undefined {
  const nothing = { lines: ['begun'], job: undefined, pods: [], findings: [] };
  return taskFailure({ service, task, ...nothing, ...parts })[0];
}

test('a release task that ended with an error is told with its exit code and its last lines', () => {
  const pods = [podThat({ exitCode: 3 })];
  expect(told({ job: failedJob('BackoffLimitExceeded'), pods })).toMatchObject({
    code: 'task/failed',
    service: 'web',
    cause: 'the release task of web exited with code 3',
    proof: ['begun'],
    at,
  });
});

test('several tries are counted, and the last of them says how it ended', () => {
  const pods = [podThat({ exitCode: 3 }), podThat({ exitCode: 4 })];
  expect(told({ job: failedJob('BackoffLimitExceeded', 2), pods })?.cause).toBe(
    'the release task of web exited with code 4, the last of 2 tries',
  );
});

test('what was killed for want of memory is said to be', () => {
  const pods = [podThat({ exitCode: 137, reason: 'OOMKilled' })];
  expect(told({ job: failedJob('BackoffLimitExceeded'), pods })?.cause).toMatch(/more memory/);
});

test('what took too long has the code of that', () => {
  expect(told({ job: failedJob('DeadlineExceeded') })).toMatchObject({
    code: 'task/timed-out',
    cause: 'the release task of web was ended after 60 s, the longest that it may take',
  });
});

test('what could not be started has the reason of the cluster, with its proof and fix', () => {
  const pods = [podThat({ exitCode: 128, reason: 'StartError' })];
  expect(told({ lines: [], pods, findings: [trouble] })).toEqual({
    code: 'task/failed',
    service: 'web',
    cause: 'the release task of web could not be started: there is no image shop:2',
    proof: ['not found'],
    fix: ['Push it.'],
    at,
  });
});

test('where its output could not be read, its last words are the proof', () => {
  const pods = [podThat({ exitCode: 3 })];
  const findings = [{ ...trouble, proof: ['column is missing'] }];
  expect(
    told({ lines: [], job: failedJob('BackoffLimitExceeded'), pods, findings })?.proof,
  ).toEqual(['column is missing']);
});
