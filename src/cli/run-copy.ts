import { resolve } from 'node:path';

import { containerToolsOf } from '../actions/container-tools.ts';
import { servicesNamed } from '../actions/session.ts';
import { ComposeError } from '../model/diagnostic.ts';
import { ExitCode } from '../model/exit-code.ts';
import type { ProjectOptions } from './command.ts';
import type { Io } from './io.ts';
import { open } from './open.ts';

interface CopyInvocation {
  readonly options: { readonly index: number | undefined };
  readonly operands: readonly string[];
  readonly project: ProjectOptions;
  readonly io: Io;
}

/** `bowline cp`: one of the two places is in a container. */
export async function runCopy({ options, operands, project, io }: CopyInvocation): Promise<number> {
  const [from = '', to = ''] = operands;
  const [source, target] = [insideOf(from), insideOf(to)];
  const inside = source ?? target;
  if (inside === undefined || (source !== undefined && target !== undefined))
    throw notOne(from, to);
  await using session = await open({ project, io }, { quiet: true, enabled: [inside.name] });
  const [service] = servicesNamed(session, [inside.name]);
  if (service === undefined) return ExitCode.failed;
  const tools = containerToolsOf(session, 'cp');
  const place = {
    service,
    path: inside.path,
    ...(options.index !== undefined && { number: options.index }),
  };
  await tools.copy(
    source === undefined
      ? { kind: 'to', ...place, from: resolve(io.cwd, from) }
      : { kind: 'from', ...place, to: resolve(io.cwd, to) },
    { signal: io.signal },
  );
  return ExitCode.done;
}

/** `web:/path`; a path of this machine has no colon before its first slash. */
function insideOf(text: string): { readonly name: string; readonly path: string } | undefined {
  const found = /^([^/.][^/:]*):(.+)$/.exec(text);
  return found === null ? undefined : { name: found[1] ?? '', path: found[2] ?? '' };
}

function notOne(from: string, to: string): ComposeError {
  return new ComposeError(
    [
      {
        code: 'arguments/wrong-value',
        severity: 'error',
        message: `one of "${from}" and "${to}" has to be in a container, the other on this machine`,
        help: 'A place in a container is SERVICE:PATH, as in web:/app/log.',
      },
    ],
    { sources: new Map() },
  );
}
