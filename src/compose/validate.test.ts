import { describe, expect, test } from 'vitest';

import type { Diagnostic } from '../model/diagnostic.ts';
import { composeFile } from './language/compose-file.ts';
import { serviceForm } from './language/service.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Node } from './node.ts';
import { validate, validatePart } from './validate.ts';

const parse = (yaml: string): Node => {
  const { documents, diagnostics } = parseYaml(yaml, 'compose.yaml');
  expect(diagnostics).toEqual([]);
  const [document] = documents;
  if (document === undefined) throw new Error('no document');
  return document;
};

/** Severity, code, and the text that is underlined. */
const marked = (text: string, { severity, code, at }: Diagnostic): string =>
  `${severity === 'error' ? '' : 'warning '}${code.replace('compose/', '')} ${at === undefined ? '' : text.slice(at.start, at.end)}`;

const inFile = (text: string): readonly string[] =>
  validate(parse(text), composeFile, '').map((each) => marked(text, each));
const inService = (keys: string): readonly string[] => {
  const text = `{image: x, ${keys}}`;
  return validate(parse(text), serviceForm, 'services.web').map((each) => marked(text, each));
};
const said = (keys: string): readonly string[] =>
  validate(parse(`{image: x, ${keys}}`), serviceForm, 'services.web').map(
    ({ message, help }) => `${message}. ${help}`,
  );

describe('a mistake is found, once, where it is', () => {
  test.each<[keys: string, found: readonly string[]]>([
    ['enviroment: {A: 1}', ['unknown-key enviroment']],
    ['ports: "80:80"', ['wrong-form "80:80"']],
    ['ports: {"80": 80}', ['wrong-form {"80": 80}']],
    ['ports: ["80:80:80:80"]', ['wrong-value "80:80:80:80"']],
    ['ports: ["99999:80"]', ['wrong-value "99999:80"']],
    ['ports: [localhost:80:80]', ['wrong-value localhost:80:80']],
    ['ports: ["80:81/http"]', ['wrong-value "80:81/http"']],
    ['ports: ["1-3:1-2"]', ['wrong-value "1-3:1-2"']],
    ['ports: [80.5]', ['wrong-value 80.5']],
    ['ports: [{published: 1}]', ['missing-key published']],
    ['ports: [{target: 1, host_ip: localhost}]', ['wrong-value localhost']],
    ['user: 1000', ['wrong-form 1000']],
    ['hostname: ', ['wrong-form hostname']],
    ['environment: ', ['wrong-form environment']],
    ['environment: {A: {b: c}}', ['wrong-form {b: c}']],
    ['environment: [{A: b}, 3]', ['wrong-form {A: b}', 'wrong-form 3']],
    ['environment: ["A =1"]', ['wrong-value "A =1"']],
    ['environment: [A=1, B=1, A=2]', ['warning duplicate-item A=2']],
    ['depends_on: db', ['wrong-form db']],
    ['depends_on: {db: {condition: healthy}}', ['wrong-value healthy']],
    ['depends_on: {db: {restart: true}}', ['missing-key db']],
    ['depends_on: {db: {conditon: service_healthy}}', ['unknown-key conditon']],
    ['depends_on: [a, a]', ['duplicate-item a']],
    ['depends_on: {"a b": {condition: service_started}}', ['wrong-name "a b"']],
    ['healthcheck: {interval: 10}', ['wrong-form 10']],
    ['healthcheck: {interval: "10"}', ['wrong-value "10"']],
    ['healthcheck: {interval: -1s, retries: 10s}', ['wrong-value -1s', 'wrong-value 10s']],
    ['healthcheck: {test: [pg_isready]}', ['wrong-value pg_isready']],
    ['healthcheck: {test: [CMD]}', ['wrong-value CMD']],
    ['healthcheck: {test: [CMD, 3]}', ['wrong-form 3']],
    ['restart: sometimes', ['wrong-value sometimes']],
    ['stop_signal: SIGFOO', ['wrong-value SIGFOO']],
    ['mem_limit: 10x', ['wrong-value 10x']],
    ['cpus: half', ['wrong-value half']],
    ['deploy: {replicas: two}', ['wrong-value two']],
    ['oom_score_adj: 2000', ['wrong-value 2000']],
    [`command: "echo 'a"`, [`wrong-value "echo 'a"`]],
    ['command: a && b', ['warning no-shell a && b']],
    ['command: [sleep, 10]', ['wrong-form 10']],
    ['tty: 1', ['wrong-form 1']],
    ['tty: maybe', ['wrong-value maybe']],
    ['tty: yes', ['warning old-flag yes']],
    ['volumes: ["./a:/x:rox"]', ['warning ignored-option "./a:/x:rox"']],
    ['volumes: ["v:/x"]', ['warning drive-letter "v:/x"']],
    ['volumes: ["v:/x:ro"]', ['warning drive-letter "v:/x:ro"']],
    ['volumes: ["data::/b"]', ['wrong-value "data::/b"']],
    ['volumes: ["./a:/x", "./b:/x/"]', ['warning duplicate-item "./b:/x/"']],
    ['volumes: [{type: bnd, target: /x}]', ['wrong-value bnd']],
    ['group_add: [a, a]', ['duplicate-item a']],
    ['volumes: [{type: bind, target: /x}]', ['missing-key type']],
    ['volumes: [{type: bind, target: /x, source: ""}]', ['missing-key source']],
    ['build: {dockerfile: a, dockerfile_inline: FROM x}', ['conflicting-keys dockerfile_inline']],
    ['extra_hosts: [a]', ['wrong-value a']],
    ['container_name: -x', ['wrong-value -x']],
    ['x-anything: {goes: [1]}', []],
    ['x-bowlin: {}', ['warning unknown-key x-bowlin']],
    ['x-bowline: {migrat: {}}', ['unknown-key migrat']],
    [
      'x-bowline: {migrate: {command: m, strategy: tsk}, x-a: 1}',
      ['wrong-value tsk', 'unknown-key x-a'],
    ],
  ])('%s', (keys, found) => {
    expect(inService(keys)).toEqual(found);
  });
});

test('what a variable gave is checked like what it stands for', () => {
  // After interpolation every value is text.
  expect(
    inService(
      'healthcheck: {retries: "5", disable: "true"}, init: "true", cpus: "0.5", scale: "2", mem_limit: "1024"',
    ),
  ).toEqual([]);
});

test('all mistakes of a file are found, in the order of the file', () => {
  const text =
    'servces: {}\nservices:\n  web:\n    imag: x\n    ports: 80\n  "a b": {}\n  db: \nvolumes:\n  v: {external: true, driver: x}\nsecrets:\n  s: {}\n  t: {file: a, environment: B}\n';
  expect(inFile(text)).toEqual([
    'unknown-key servces',
    'unknown-key imag',
    'wrong-form 80',
    'wrong-name "a b"',
    'wrong-form db',
    'conflicting-keys driver',
    'missing-key s',
    'conflicting-keys environment',
  ]);
});

test('one file of several is not asked for what another may bring', () => {
  const part = parse(
    '{services: {web: {depends_on: {db: {restart: true}}, volumes: [{type: bind}]}}, secrets: {s: {labels: [a=b]}}}',
  );
  expect(validatePart(part, composeFile, '')).toEqual([]);
  expect(validate(part, composeFile, '').length).toBe(4);
});

test('what is to be reset is not looked at', () => {
  expect(
    inService('ports: !reset [], command: !reset 3, environment: {A: !reset {}}, foo: !reset null'),
  ).toEqual([]);
});

describe('help says what to write', () => {
  test.each<[keys: string, text: string]>([
    ['enviroment: {}', 'there is no key enviroment in services.web. Did you mean environment?'],
    ['replicas: 2', 'there is no key replicas in services.web. replicas belongs under deploy.'],
    ['dependsOn: [a]', 'there is no key dependsOn in services.web. Did you mean depends_on?'],
    ['user: 1000', 'user cannot be the number 1000. Write "1000", with quotes.'],
    ['stop_grace_period: 10', 'stop_grace_period cannot be the number 10. Write 10s for seconds.'],
    [
      'stop_grace_period: "10"',
      'stop_grace_period cannot be "10": it has no unit. Write 10s for seconds.',
    ],
    [
      'ports: "80:80"',
      'ports cannot be "80:80". Write it as a list: ["80:80"]. Accepted: a list, each item a port such as 8000, "8080:80", "127.0.0.1:8080:80/tcp" or "8000-8010:8000-8010", or a mapping with name, mode, host_ip, target, published, protocol, app_protocol.',
    ],
    [
      'ports: ["99999:80"]',
      'ports[0] cannot be "99999:80": 99999 is above 65535, the last port. Accepted: a port such as 8000, "8080:80", "127.0.0.1:8080:80/tcp" or "8000-8010:8000-8010", or a mapping with name, mode, host_ip, target, published, protocol, app_protocol.',
    ],
    [
      'ports: ["80:80:tcp"]',
      'ports[0] cannot be "80:80:tcp": the protocol comes after a /. Write "80:80/tcp".',
    ],
    [
      'ports: ["localhost:80:80"]',
      'ports[0] cannot be "localhost:80:80": "localhost" is no IP address. Write "127.0.0.1:80:80".',
    ],
    [
      'restart: allways',
      'restart cannot be "allways". Did you mean always? Accepted: no, always, unless-stopped, on-failure, or on-failure:3.',
    ],
    [
      'depends_on: {db: {condition: healthy}}',
      'condition cannot be "healthy". Did you mean service_healthy? Accepted: one of service_started, service_healthy, service_completed_successfully.',
    ],
    [
      'environment: [{A: b}]',
      'environment[0] cannot be a mapping. Write A=…, or remove the dashes to make the whole thing a mapping.',
    ],
    [
      'volumes: ["data:/b:rox"]',
      'the mount option "rox" is unknown and has no effect. Did you mean "ro"?',
    ],
    [
      'healthcheck: {retries: 10s}',
      'retries cannot be "10s". Write 10: a whole number has no unit.',
    ],
  ])('%s', (keys, text) => {
    expect(said(keys)).toEqual([text]);
  });
});

test('a value that a variable gave is shown with the variable', () => {
  const at = { file: 'a', start: 0, end: 4 };
  const node: Node = {
    kind: 'map',
    at,
    entries: [
      { key: 'scale', keyAt: at, value: { kind: 'scalar', value: '10s', source: '${N}', at } },
    ],
  };
  expect(validate(node, serviceForm, 'services.web').map(({ message }) => message)).toEqual([
    'scale cannot be "10s" (from ${N})',
  ]);
});

test('names of the language that are no keys of it are unknown keys', () => {
  expect(inService('constructor: 1, __proto__: 2, toString: 3')).toEqual([
    'unknown-key constructor',
    'unknown-key __proto__',
    'unknown-key toString',
  ]);
});
