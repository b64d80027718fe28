// The owner of the published ports of one project: a process of its own, run by the supervisor like any other.
import { writeSync } from 'node:fs';

import { runGate } from '../../gate/run-gate.ts';
import { closeInherited } from '../../host/inherited-descriptors.ts';

const leaving = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => leaving.abort(new Error(signal)));
}

const report = (error: unknown): void => {
  const text = error instanceof Error ? error.stack : String(error);
  writeSync(2, `${new Date().toISOString()} ${text}\n`);
};

process.on('unhandledRejection', report);
closeInherited();

void run();

async function run(): Promise<never> {
  try {
    const [socket = '', file = ''] = process.argv.slice(2);
    await runGate({ socket, file, onError: report, signal: leaving.signal });
    process.exit(0);
  } catch (error) {
    report(error);
    process.exit(1);
  }
}
