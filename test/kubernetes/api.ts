import { readFileSync } from 'node:fs';
import { request } from 'node:https';

import { addresses } from '../beds/kubernetes/addresses.ts';
import { pki } from '../beds/kubernetes/control-plane.ts';

/** One request as who may do everything, for what tests do often: to start kubectl takes a tenth of a second of a processor. */
export async function askApi(
  method: 'GET' | 'POST',
  path: string,
  body: object = {},
): Promise<string> {
  const { status, text } = await answerTo(method, path, JSON.stringify(body));
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return text;
}

/** Deletes a namespace with all that is in it, some time later. Does nothing where there is none. */
export async function deleteNamespace(name: string): Promise<void> {
  const { status, text } = await answerTo('DELETE', `/api/v1/namespaces/${name}`, '{}');
  if (status >= 300 && status !== 404) throw new Error(`delete namespace ${name}: ${text}`);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function answerTo(method: string, path: string, body: string): Promise<Answer> {
  const url = `https://${addresses.node}:6443${path}`;
  const options = {
    method,
    headers: { 'content-type': 'application/json' },
    agent: false,
    ca: readFileSync(pki('ca.crt')),
    cert: readFileSync(pki('admin.crt')),
    key: readFileSync(pki('admin.key')),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
