import { askOverTcp } from '../../../model/ask-over-tcp.ts';
import type { Healthcheck } from '../../../model/healthcheck.ts';
import type { ServiceContext } from './context.ts';
import { assumed, type Draft, type DraftMap, from } from './draft.ts';
import { escapeForKubelet } from './escape.ts';
import { httpCheckOf } from './http-check.ts';
import { portsOf } from './ports.ts';
import { secondsOf } from './quantity.ts';
import { at, entriesOf, exists, isTrue, numberOf, type Place, textOf } from './place.ts';

/** How long a service may take to start if nothing else is said. */
const START_SECONDS = 60;
const DATABASE_START_SECONDS = 300;

export interface Probes {
  readonly startupProbe?: Draft;
  readonly readinessProbe?: Draft;
}

/**
 * A healthcheck says when a service may be used, so it becomes a probe for its start and one for its readiness. Never
 * one for liveness: Compose does not restart a service that is unhealthy.
 */
export function probesOf(context: ServiceContext, port: number | undefined): Probes {
  const { service, place, facts, parent } = context;
  const section = at(place, 'healthcheck');
  const written = at(place, 'x-bowline', 'probe');
  if (exists(written)) {
    for (const [, leaf] of entriesOf(section))
      if (!isTiming(leaf)) parent.account.handled(leaf, 'x-bowline.probe takes its place');
    return asked(httpProbe(context, written, port), context, service.healthcheck ?? DEFAULTS);
  }
  if (service.healthcheckDisabled) {
    parent.account.default(section, 'a cluster never runs the healthcheck of an image');
    return {};
  }
  const { healthcheck } = service;
  if (healthcheck !== undefined) return asked(checkOf(context, healthcheck), context, healthcheck);
  if (exists(section)) {
    if (facts?.healthcheck !== undefined)
      return asked(checkOf(context, facts.healthcheck), context, facts.healthcheck);
    parent.account.unsupported(
      section,
      'the test is in the image, and a cluster does not run the healthcheck of an image',
      'Write the test into the Compose file.',
    );
    return {};
  }
  if (facts?.healthcheck !== undefined)
    return asked(checkOf(context, facts.healthcheck), context, facts.healthcheck);
  return port === undefined ? {} : byPort(port, context);
}

/** What holds where nothing is said, as in Docker. */
const DEFAULTS: Healthcheck = {
  test: ['CMD'],
  intervalMs: 30_000,
  timeoutMs: 30_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 5_000,
};

/** As often as the file says, else as `otherwise` does. */
function timingsOf(section: Place, otherwise: Healthcheck): Healthcheck {
  const ms = (key: string, value: number): number => {
    const written = secondsOf(textOf(at(section, key)) ?? '') * 1000;
    return written > 0 ? written : value;
  };
  const retries = numberOf(at(section, 'retries')) ?? 0;
  return {
    test: otherwise.test,
    intervalMs: ms('interval', otherwise.intervalMs),
    timeoutMs: ms('timeout', otherwise.timeoutMs),
    startPeriodMs: ms('start_period', otherwise.startPeriodMs),
    startIntervalMs: ms('start_interval', otherwise.startIntervalMs),
    retries: retries > 0 ? retries : otherwise.retries,
  };
}

function isTiming({ pointer }: Place): boolean {
  return /\/(?:interval|timeout|retries|start_period|start_interval)$/.test(pointer);
}

function httpProbe(context: ServiceContext, probe: Place, port: number | undefined): DraftMap {
  const written = at(probe, 'port');
  const asks = numberOf(written);
  const host = at(probe, 'host');
  return {
    httpGet: {
      path: from(textOf(at(probe, 'http')), at(probe, 'http')),
      port: asks === undefined ? (port ?? 80) : from(asks, written),
      // Without it the kubelet asks for the address of the pod, which applications that know their names refuse.
      httpHeaders: [
        {
          name: 'Host',
          value: exists(host) ? from(textOf(host), host) : context.name,
        },
      ],
    },
  };
}

/** The check itself: a command, or the request that the command would make. */
function checkOf(context: ServiceContext, { test }: Healthcheck): DraftMap {
  const section = at(context.place, 'healthcheck', 'test');
  const [kind, ...words] = test;
  const http = httpCheckOf(test);
  // What listens for the service itself only cannot be asked by others.
  if (http !== undefined && portsOf(context).some(({ number }) => number === http.port)) {
    const places = test.map((_, index) => at(section, String(index)));
    const { path, port, host, scheme } = http;
    return {
      httpGet: from(
        {
          path,
          port,
          scheme: scheme === 'HTTPS' ? scheme : undefined,
          httpHeaders: [{ name: 'Host', value: host }],
        },
        ...places,
      ),
    };
  }
  const isDatabase = context.server?.kind === 'postgres';
  const asksHere = isDatabase && !context.service.environment.has('PGHOST');
  const pieces = asksHere ? askOverTcp(test) : words.map((word) => [word]);
  const traced = pieces.flatMap((parts, index) =>
    parts.map((part) => from(escapeForKubelet(part), at(section, String(index + 1)))),
  );
  const first = at(section, '0');
  const command = kind === 'CMD-SHELL' ? [from('/bin/sh', first), '-c', ...traced] : [...traced];
  if (kind === 'CMD') context.parent.account.default(first, 'the words after it are the command');
  return { exec: { command } };
}

function asked(check: DraftMap, context: ServiceContext, health: Healthcheck): Probes {
  const section = at(context.place, 'healthcheck');
  const { intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs } = timingsOf(
    section,
    health,
  );
  const start = exists(at(section, 'start_interval'))
    ? startIntervalMs
    : Math.min(intervalMs, 5_000);
  const period = seconds(start);
  const atLeast = context.server?.isDatabase === true ? DATABASE_START_SECONDS : START_SECONDS;
  const allowed = Math.max(atLeast, Math.ceil((startPeriodMs + intervalMs * retries) / 1000));
  const timeout = timing(section, 'timeout', seconds(timeoutMs));
  return {
    startupProbe: {
      ...check,
      periodSeconds: from(period, at(section, 'start_interval'), at(section, 'interval')),
      timeoutSeconds: timeout,
      failureThreshold: from(
        Math.ceil(allowed / period),
        at(section, 'start_period'),
        at(section, 'retries'),
      ),
    },
    readinessProbe: {
      ...check,
      periodSeconds: timing(section, 'interval', seconds(intervalMs)),
      timeoutSeconds: timeout,
      failureThreshold: timing(section, 'retries', retries),
    },
  };
}

function timing(section: Place, key: string, value: number): Draft {
  const place = at(section, key);
  return exists(place) ? from(value, place) : assumed(value, `the ${key} of Compose`);
}

/** The kubelet counts in whole seconds, from one. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

/** Nobody said how to ask: a port that takes connections is what can be seen from outside. */
function byPort(port: number, { server }: ServiceContext): Probes {
  const check = { tcpSocket: { port } };
  const allowed = server?.isDatabase === true ? DATABASE_START_SECONDS : START_SECONDS;
  const why = 'there is no healthcheck: the port must take connections';
  return {
    startupProbe: assumed(
      { ...check, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: allowed },
      why,
    ),
    readinessProbe: assumed(
      { ...check, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
      why,
    ),
  };
}

/** A switch that is off says nothing. */
export function settleHealthcheck({ place, parent: { account } }: ServiceContext): void {
  const disable = at(place, 'healthcheck', 'disable');
  if (exists(disable) && !isTrue(disable)) account.default(disable, 'it is not switched off');
}
