import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { createSandbox, type Result, type Sandbox } from '../rig/sandbox.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { linesIn, type Said, saidBy, type Written } from './written.ts';

/** A project of its own on an engine; all of it is gone at the end. */
export interface Stage extends AsyncDisposable {
  /** Of the project. */
  readonly name: string;
  readonly cwd: string;
  readonly sandbox: Sandbox;
  /** The whole environment of a command. */
  readonly environment: Readonly<Record<string, string>>;
  /** A port of this machine for what the project publishes: `$OUTER` in the file. `$INNER` is one for within. */
  readonly port: number;
  /** Runs the command line as a user would. `variables` are what the shell has. */
  readonly run: (args: readonly string[], options?: StageOptions) => Promise<Result>;
  readonly start: (args: readonly string[], options?: StageOptions) => ReturnType<Sandbox['start']>;
  /** `up -d`. @throws with all that was said when it fails. */
  readonly up: (...args: readonly string[]) => Promise<Result>;
  readonly ps: () => Promise<readonly Row[]>;
  /** All that services have written. */
  readonly lines: () => Promise<readonly Written[]>;
  /** Events that a service has written, as in `started`, by time; each copy's are among them. */
  readonly said: (service: string) => Promise<readonly Said[]>;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<string>;
}

interface StageOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A line of `ps -a --format json`, as far as it is the same everywhere. */
interface Row {
  readonly Name: string;
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}

/** Certificates, which Node would read at each start, are of no use to the program. */
export const dockerfile =
  'FROM node:20\nENV NODE_EXTRA_CA_CERTS=""\nWORKDIR /app\nCOPY program.js .\n';
export const program: string = readFileSync(join(import.meta.dirname, 'program.js'), 'utf8');

/**
 * Puts up a project of `services`, in YAML below `services:`. All of them are built from the same small Dockerfile, so
 * that one file fits every engine; what they are is `command: [node, program.js, …]`.
 */
export async function createStage(
  engine: EngineUnderTest,
  services: string,
  {
    name = `contract-${randomBytes(4).toString('hex')}`,
    more = '',
  }: { readonly name?: string; readonly more?: string } = {},
): Promise<Stage> {
  const port = await (engine.portToPublish ?? freePort)();
  const [inner, target] = [await freePort(), await freePort()];
  const ports = { OUTER: String(port), INNER: String(inner), TARGET: String(target) };
  const sandbox = await createSandbox({ environment: { ...engine.environment, ...ports } });
  const write = (files: Readonly<Record<string, string>>): Promise<string> =>
    sandbox.write(files, name);
  const cwd = await write({
    'compose.yaml': `name: ${name}\nservices:\n${imagesOf(engine, services)}${more}`,
    Dockerfile: dockerfile,
    'program.js': program,
  });
  const optionsOf = ({ variables = {}, ...rest }: StageOptions = {}) => ({
    cwd,
    environment: variables,
    ...rest,
  });
  const run: Stage['run'] = (args, options) => sandbox.run(args, optionsOf(options));
  const stage: Stage = {
    name,
    cwd,
    sandbox,
    environment: sandbox.environmentOf(),
    port,
    run,
    start: (args, options) => sandbox.start(args, optionsOf(options)),
    write,
    async up(...args) {
      const result = await run(['up', '-d', ...args]);
      if (result.code !== 0) throw new Error(`up ended with ${result.code}:\n${result.stderr}`);
      return result;
    },
    async ps() {
      const { stdout } = await run(['ps', '-a', '--format', 'json']);
      return stdout.split('\n').filter(Boolean).map(asRow);
    },
    async lines() {
      return linesIn((await run(['logs', '--json'])).stdout);
    },
    async said(of) {
      return saidBy(of, linesIn((await run(['logs', '--json', of])).stdout));
    },
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await engine.cleanUp?.(name);
    },
  };
  return stage;
}

function imagesOf({ image }: EngineUnderTest, services: string): string {
  return image === undefined ? services : services.replaceAll(/build: \.$/gm, `image: ${image}`);
}

/**
 * A service in YAML, indented to stand below `services:`. `listen` is where it serves: a port of its own, for on some
 * engines all services share the machine's.
 */
export function service(
  name: string,
  command: readonly string[],
  { listen, environment = {}, more = [] }: ServiceParts = {},
): string {
  const variables = { ...environment, ...(listen !== undefined && { PORT: listen }) };
  const lines = [
    'build: .',
    `command: ${JSON.stringify(['node', 'program.js', ...command])}`,
    `environment: ${JSON.stringify(variables)}`,
    ...joined(more),
  ];
  return `  ${name}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

const OURS = /^x-bowline: \{ (.*) \}$/;

/** What several say of `x-bowline` is one key of the file. */
function joined(lines: readonly string[]): readonly string[] {
  const ours = lines.flatMap((line) => OURS.exec(line)?.[1] ?? []);
  const others = lines.filter((line) => !OURS.test(line));
  return ours.length === 0 ? others : [...others, `x-bowline: { ${ours.join(', ')} }`];
}

interface ServiceParts {
  readonly listen?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Further lines of YAML. */
  readonly more?: readonly string[];
}

/** How a service that listens says that it is ready: after `READY_MS`. Asked in the way that most people ask. */
export function healthcheckAt(port: string): string {
  const test = JSON.stringify(['CMD', 'curl', '-f', `http://127.0.0.1:${port}/ready`]);
  return `healthcheck: { test: ${test}, interval: 1s, timeout: 5s, retries: 30 }`;
}

/** What is published: `$OUTER` of this machine; there is an answer when `up` ends, for it waits for the check. */
export const published: ServiceParts & { readonly more: readonly string[] } = {
  listen: '${TARGET}',
  more: [
    healthcheckAt('${TARGET}'),
    'ports: ["127.0.0.1:${OUTER}:${TARGET}"]',
    'x-bowline: { expose: { node_port: "${OUTER}" } }',
  ],
};

function asRow(line: string): Row {
  return JSON.parse(line) as Row;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
