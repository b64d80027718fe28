// A worker: answers the cluster, which asks of each new pod of marked namespaces where it may run.
import { createServer } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';

const MARK = { key: 'kwok.x-k8s.io/node', value: 'fake' };
const patch = [
  { op: 'add', path: '/spec/nodeSelector', value: { [MARK.key]: MARK.value } },
  { op: 'add', path: '/spec/tolerations', value: [{ ...MARK, effect: 'NoSchedule' }] },
];

const server = createServer(workerData, async (asked, answer) => {
  let text = '';
  for await (const chunk of asked) text += chunk;
  const { apiVersion, kind, request } = JSON.parse(text);
  const response = {
    uid: request.uid,
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  };
  answer.setHeader('Content-Type', 'application/json');
  answer.end(JSON.stringify({ apiVersion, kind, response }));
});
server.listen(0, '127.0.0.1', () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has none
  parentPort.postMessage(server.address().port);
});
