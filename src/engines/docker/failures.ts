import type { Span } from '../../model/diagnostic.ts';
import { type Finding, RunError } from '../../model/finding.ts';
import { DockerError } from './api.ts';

interface Circumstances {
  readonly service?: string;
  /** What was being done, as in `start web-1`. */
  readonly doing: string;
  readonly image?: string;
  /** What in the file asks for it. */
  readonly at?: Span;
}

/** What the engine refused, in the words of findings; everything else as it is. */
export function explainRefusal(error: unknown, circumstances: Circumstances): unknown {
  if (!(error instanceof DockerError)) return error;
  const { service, at } = circumstances;
  const finding: Finding = {
    ...findingOf(error.message, circumstances),
    ...(service !== undefined && { service }),
    ...(at !== undefined && { at }),
  };
  return new RunError([finding], { cause: error });
}

type Rule = (message: string, circumstances: Circumstances) => Omit<Finding, 'service'> | undefined;

function findingOf(message: string, circumstances: Circumstances): Omit<Finding, 'service'> {
  for (const rule of RULES) {
    const finding = rule(message, circumstances);
    if (finding !== undefined) return { proof: [message], ...finding };
  }
  return {
    code: 'docker/refused',
    cause: `the engine refused to ${circumstances.doing}`,
    proof: [message],
  };
}

const RULES: readonly Rule[] = [
  (message) => {
    const port =
      /Bind for (\S+) failed: port is already allocated|failed to bind(?: host)? port(?: for)? (\S+?):|listen (?:tcp|udp)\d? (\S+): bind: address already in use/.exec(
        message,
      );
    if (port === null) return undefined;
    const where = port[1] ?? port[2] ?? port[3] ?? '?';
    return {
      code: 'docker/port-taken',
      cause: `port ${where} is taken already`,
      fix: ['Stop what listens there, or publish another port of this machine.'],
    };
  },
  (message, { image = 'the image' }) =>
    /pull access denied|unauthorized|denied: requested access|authentication required|no basic auth credentials/i.test(
      message,
    )
      ? {
          code: 'docker/unauthorized',
          cause: `the registry gives ${image} to nobody that it does not know`,
          fix: [
            'Perhaps the name is misspelt: registries say the same of images that do not exist.',
            'Otherwise log in: docker login REGISTRY.',
          ],
        }
      : undefined,
  (message) => {
    // As builders say it of what a Dockerfile begins with.
    const base = /(?:^|: )([\w.:/@-]+): not found$/.exec(message)?.[1];
    return base === undefined
      ? undefined
      : {
          code: 'docker/image-not-found',
          cause: `there is no image ${base}`,
          fix: ['Look at its name and tag; the registry has neither under this name.'],
        };
  },
  (message, { image = 'the image' }) =>
    /manifest (?:unknown|for .* not found)|repository .* not found|no such image|not found: manifest/i.test(
      message,
    )
      ? {
          code: 'docker/image-not-found',
          cause: `there is no image ${image}`,
          fix: ['Look at its name and tag; the registry has neither under this name.'],
        }
      : undefined,
  (message, { image = 'the image' }) =>
    /dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|Client\.Timeout|proxyconnect/i.test(
      message,
    )
      ? {
          code: 'docker/no-network',
          cause: `the engine cannot reach the registry of ${image}`,
          fix: ["Look at the network and the proxy of the engine's machine, then try again."],
        }
      : undefined,
  (message) =>
    /no space left on device/i.test(message)
      ? {
          code: 'docker/disk-full',
          cause: "there is no space left on the engine's disk",
          fix: ['docker system df shows what takes it; docker image prune frees some.'],
        }
      : undefined,
  (message) => {
    const program =
      /exec: "?([^":]+)"?: (?:executable file not found|stat .*: no such file|permission denied)/.exec(
        message,
      );
    return program === null
      ? undefined
      : {
          code: 'docker/cannot-start',
          cause: `the container has no program ${program[1] ?? ''} that can be run`,
          fix: ['Look at command and entrypoint, and at what the image has.'],
        };
  },
  (message) => {
    const name = /The container name "\/?([^"]+)" is already in use/.exec(message)?.[1];
    return name === undefined
      ? undefined
      : {
          code: 'docker/name-taken',
          cause: `there is another container of the name ${name}`,
          fix: [
            `Remove it if it is not needed: docker rm ${name}; or choose another project name with -p.`,
          ],
        };
  },
  (message) =>
    /all predefined address pools have been fully subnetted|non-overlapping IPv4 address pool/i.test(
      message,
    )
      ? {
          code: 'docker/no-addresses',
          cause: 'the engine has no addresses left for another network',
          fix: ['Remove networks that nobody uses: docker network prune.'],
        }
      : undefined,
];
