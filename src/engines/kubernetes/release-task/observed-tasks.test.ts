import { expect, test } from 'vitest';

import { parseServiceName, type ServiceName } from '../../../model/project.ts';
import type { KubernetesObject } from '../object.ts';
import type { Pod } from '../track/wire.ts';
import { observedTasks, withFingerprint } from './observed-tasks.ts';
import { lastTaskPods } from './task-pods.ts';

const web = nameOf('web');
const options = { names: new Map([[web, 'web']]) };

function nameOf(text: string): ServiceName {
  const name = parseServiceName(text);
  if (name === undefined) throw new Error(`"${text}" is no name`);
  return name;
}

function job(second: number, condition?: string, suffix = 'migrate'): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `web-${suffix}-${second}`,
      uid: `job-${suffix}-${second}`,
      creationTimestamp: `2026-11-21T08:00:0${second}Z`,
      labels: {
        'app.kubernetes.io/name': `web-${suffix}`,
        'app.kubernetes.io/component': 'release-task',
      },
    },
    status: {
      startTime: `2026-11-21T08:00:0${second}Z`,
      ...(condition !== undefined && { conditions: [{ type: condition, status: 'True' }] }),
    },
  };
}

function pod(owner: KubernetesObject, name: string, second: number): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      creationTimestamp: `2026-11-21T08:00:0${second}Z`,
      labels: { 'app.kubernetes.io/name': owner.metadata.labels?.['app.kubernetes.io/name'] ?? '' },
      ownerReferences: [
        { kind: 'Job', name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true },
      ],
    },
  };
}

test('of several versions of a release task the last one made is the one that counts', () => {
  const jobs = [
    withFingerprint(job(3, 'Failed'), 'new'),
    withFingerprint(job(1, 'Complete'), 'old'),
  ];
  expect(observedTasks(options, jobs)).toMatchObject([
    { service: 'web', fingerprint: 'new', state: { kind: 'finished', exit: { code: 1 } } },
  ]);
});

test('a task runs as long as its Job has come to no end', () => {
  expect(observedTasks(options, [withFingerprint(job(1), 'one')])).toEqual([
    {
      service: 'web',
      fingerprint: 'one',
      state: { kind: 'running', startedAtMs: Date.parse('2026-11-21T08:00:01Z') },
    },
  ]);
});

test('the first of two commands alone, though complete, is not the whole task', () => {
  const first = job(1, 'Complete', 'before-0');
  const last = withFingerprint(job(2, 'Complete', 'before-1'), 'both');
  expect(observedTasks(options, [first])).toMatchObject([{ fingerprint: '' }]);
  expect(observedTasks(options, [last, first])).toMatchObject([{ fingerprint: 'both' }]);
});

test('a Job that is no release task is none', () => {
  const { labels: _, ...metadata } = job(1).metadata;
  expect(observedTasks(options, [{ ...job(1), metadata }])).toEqual([]);
});

test('pods of a last run are all of its tries, in their order, and none of the version before', () => {
  const [before, last, hook] = [job(1), job(3), job(2, 'Complete', 'before-0')];
  const pods = [
    pod(last, 'second-try', 5),
    pod(before, 'old', 1),
    pod(last, 'first-try', 3),
    pod(hook, 'hook', 2),
  ];
  expect(lastTaskPods(pods).map(({ metadata }) => metadata.name)).toEqual([
    'hook',
    'first-try',
    'second-try',
  ]);
});
