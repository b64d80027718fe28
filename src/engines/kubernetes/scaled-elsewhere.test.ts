import { expect, test } from 'vitest';

import type { KubernetesObject } from './object.ts';
import { isScaledElsewhere, SCALED_ELSEWHERE } from './scaled-elsewhere.ts';

function setBy(manager: string, field = 'f:replicas'): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      managedFields: [
        { manager: 'bowline', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': {} } } },
        { manager, operation: 'Update', fieldsV1: { 'f:spec': { [field]: {} } } },
      ],
    },
  };
}

const marked: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', annotations: { [SCALED_ELSEWHERE]: 'true' } },
};

test.each<[string, boolean, KubernetesObject]>([
  ['an autoscaler has set the number', true, setBy('kube-controller-manager')],
  ['somebody has, with kubectl', true, setBy('kubectl')],
  ['we have', false, setBy('bowline')],
  ['somebody has set something else', false, setBy('kubectl', 'f:paused')],
  ['somebody had before it was stopped', true, marked],
  ['nobody has', false, { ...marked, metadata: { name: 'web' } }],
])('%s', (_, expected, workload) => {
  expect(isScaledElsewhere(workload)).toBe(expected);
});
