import { expect, test } from 'vitest';

import { parseServiceName, type Port } from '../../model/project.ts';
import { planPorts } from './plan-ports.ts';
import { findPortCarrier, withPort } from './port-carrier.ts';

const at = { file: '/p/compose.yaml', start: 0, end: 0 };
const web = parseServiceName('web');
if (web === undefined) throw new Error('web');
const question = {
  service: web,
  gatePorts: new Set<number>(),
  othersTargets: new Set<number>(),
  taken: new Set<number>(),
};
const port = (published: string, target: number): Port => ({
  published,
  target,
  protocol: 'tcp',
  at,
});
const startup = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) => ({
  argv,
  environment: new Map(Object.entries(environment)),
});

test('a port that nobody else needs is left as it is', () => {
  const plans = planPorts({
    ...question,
    ports: [port('8000', 8080)],
    startup: startup(['node', 'x.js'], { PORT: '8080' }),
    gatePorts: new Set([8000]),
  });
  expect(plans.map(({ kind }) => kind)).toEqual(['kept']);
});

test('a port that the gate needs is moved where a variable carries it', () => {
  const plans = planPorts({
    ...question,
    ports: [port('3000', 3000)],
    startup: startup(['node', 'x.js'], { PORT: '3000' }),
    gatePorts: new Set([3000]),
  });
  expect(plans).toMatchObject([{ kind: 'moved', carrier: { kind: 'variable', name: 'PORT' } }]);
});

test('where nothing carries it, the program listens there itself', () => {
  const plans = planPorts({
    ...question,
    ports: [port('3000', 3000)],
    startup: startup(['node', 'x.js']),
    gatePorts: new Set([3000]),
  });
  expect(plans.map(({ kind }) => kind)).toEqual(['direct']);
});

test.each([
  [
    ['gunicorn', '--bind', '0.0.0.0:8000', 'app'],
    ['gunicorn', '--bind', '0.0.0.0:9', 'app'],
  ],
  [
    ['uvicorn', 'app', '--port', '8000'],
    ['uvicorn', 'app', '--port', '9'],
  ],
  [
    ['uvicorn', 'app', '--port=8000'],
    ['uvicorn', 'app', '--port=9'],
  ],
  [
    ['sh', '-c', 'flask run --port 8000'],
    ['sh', '-c', 'flask run --port 9'],
  ],
  [
    ['sh', '-c', "gunicorn -b ':8000' app"],
    ['sh', '-c', "gunicorn -b ':9' app"],
  ],
])('%j carries the port', (argv, moved) => {
  const before = startup(argv);
  const carrier = findPortCarrier(8000, before);
  if (carrier === undefined) throw new Error('nothing found');
  expect(withPort(before, carrier, { from: 8000, to: 9 }).argv).toEqual(moved);
});

test.each([[['serve', '--id', '18000']], [['serve', '80001']], [['a', '8000', '8000']]])(
  '%j does not',
  (argv) => {
    expect(findPortCarrier(8000, startup(argv))).toBeUndefined();
  },
);
