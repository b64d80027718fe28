// The supervisor of one project: a process of its own, started by whatever command needs it.
import { writeSync } from 'node:fs';

import { runDaemon } from '../../engines/native/daemon/run-daemon.ts';
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
    await runDaemon({
      ...JSON.parse(process.argv[2] ?? '{}'),
      announce: (announcement) => writeSync(1, `${JSON.stringify(announcement)}\n`),
      onError: report,
      signal: leaving.signal,
    });
    process.exit(0);
  } catch (error) {
    report(error);
    process.exit(1);
  }
}
