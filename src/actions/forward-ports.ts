import { systemClock } from '../host/clock.ts';
import type { Listener } from '../host/listen-tcp.ts';
import type { Finding } from '../model/finding.ts';
import { RunError } from '../model/finding.ts';
import type { ServiceName } from '../model/project.ts';
import { errorCodeOf } from '../host/error-code.ts';
import type { Session } from './session.ts';
import { openTunnel } from './tunnel.ts';

export interface ForwardRequest {
  readonly service: ServiceName;
  /** From 1. Absent: whichever is ready. */
  readonly number?: number;
  /** Of this machine. */
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly local: number; readonly remote: number }[];
}

/** A port of this machine that leads to one of a service. */
export interface OpenForward {
  readonly address: string;
  readonly local: number;
  readonly remote: number;
}

export interface ForwardedPorts extends Disposable {
  readonly open: readonly OpenForward[];
}

/**
 * Listens for a service, whose copies may come and go meanwhile.
 *
 * @throws {RunError} when the engine cannot, or a port is not free; then nothing listens.
 */
export async function forwardPorts(
  { engine }: Session,
  { service, number, addresses, ports }: ForwardRequest,
  {
    signal,
    onTrouble,
  }: { readonly signal: AbortSignal; readonly onTrouble: (text: string) => void },
): Promise<ForwardedPorts> {
  if (engine.connect === undefined) throw cannot(service, engine.name);
  const connect = engine.connect.bind(engine);
  const end = new AbortController();
  const whole = AbortSignal.any([signal, end.signal]);
  const listeners: Listener[] = [];
  const close = (): void => {
    end.abort();
    for (const each of listeners) each.close();
  };
  const open: OpenForward[] = [];
  try {
    for (const address of addresses) {
      for (const { local, remote } of ports) {
        const listener = await openTunnel({
          listen: { host: address, port: local },
          connect: (after) =>
            connect(
              { service, port: remote, after, ...(number !== undefined && { number }) },
              { signal: whole },
            ),
          onTrouble: (error) => onTrouble(`port ${remote} of ${service}: ${reasonOf(error)}`),
          clock: systemClock,
          signal: whole,
        }).catch((error: unknown) => {
          throw notListening({ address, local, remote, service }, error);
        });
        listeners.push(listener);
        open.push({ address, local: listener.port, remote });
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  return { open, [Symbol.dispose]: close };
}

function reasonOf(error: unknown): string {
  if (error instanceof RunError) return error.findings[0]?.cause ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

function cannot(service: string, engine: string): RunError {
  return new RunError([
    {
      code: 'engine/no-forwarding',
      service,
      cause: `the ${engine} engine publishes ports on this machine itself, and forwards no others`,
      fix: [
        `bowline ps shows where ${service} answers.`,
        `Or publish the port: ports: ["127.0.0.1:8000:8000"] at ${service}.`,
      ],
    },
  ]);
}

function notListening(
  { address, local, remote, service }: OpenForward & { readonly service: string },
  error: unknown,
): unknown {
  const code = errorCodeOf(error);
  const cause = { EADDRINUSE: 'is taken', EACCES: 'is not allowed', EADDRNOTAVAIL: 'is none here' };
  const known = Object.entries(cause).find(([each]) => each === code)?.[1];
  if (known === undefined) return error;
  const finding: Finding = {
    code: 'engine/port-taken',
    service,
    cause: `${address}:${local} of this machine ${known}`,
    fix: [
      `For any free port: bowline port-forward ${service} :${remote}`,
      `Or name one: bowline port-forward ${service} ${remote + 10_000}:${remote}`,
    ],
  };
  return new RunError([finding], { cause: error });
}
