import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { adminConfig } from '../beds/kubernetes/addresses.ts';
import { createSandbox, type Result, type Sandbox } from '../rig/sandbox.ts';
import { createNamespace, type Namespace } from './namespace.ts';

export interface ComposeBench {
  readonly namespace: Namespace;
  readonly cwd: string;
  /** On the cluster, in the namespace. */
  readonly bowline: (
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<Result>;
  /** The same, of a command that goes on. */
  readonly start: (args: readonly string[]) => ReturnType<Sandbox['start']>;
  readonly write: (compose: string) => void;
}

/** A folder with a Compose file, and a namespace for it. */
export async function createComposeBench(
  compose: string,
  { kubeconfig = adminConfig }: { readonly kubeconfig?: string } = {},
): Promise<ComposeBench> {
  const namespace = await createNamespace();
  const machine = await createSandbox();
  onTestFinished(() => machine[Symbol.asyncDispose]());
  const cwd = await machine.write({ 'compose.yaml': compose }, 'shop');
  return {
    namespace,
    cwd,
    bowline: (args, environment = {}) =>
      machine.run(['--engine', 'kubernetes', '--namespace', namespace.name, ...args], {
        cwd,
        leavesNothing: true,
        environment: { KUBECONFIG: kubeconfig, ...environment },
      }),
    start: (args) =>
      machine.start(['--engine', 'kubernetes', '--namespace', namespace.name, ...args], {
        cwd,
        leavesNothing: true,
        environment: { KUBECONFIG: kubeconfig },
      }),
    write: (text) => writeFileSync(join(cwd, 'compose.yaml'), text),
  };
}

/** A command that does nothing, without a process every moment, and ends when it is told to. */
export const idle = "sh -c 'trap exit TERM; sleep 100000 & wait'";
