import { beds } from './layout.ts';
import { downDocker, isDockerUp, upDocker } from './docker/bed.ts';
import { downKubernetes, isKubernetesUp, upKubernetes } from './kubernetes/bed.ts';
import { addNodes } from './kubernetes/scale.ts';
import { downPodman, upPodman } from './podman/bed.ts';
import { isPodmanUp } from './podman/engine.ts';
import { UnavailableError } from './unavailable.ts';

interface Verbs {
  readonly up: (say: (line: string) => void) => Promise<void>;
  readonly down: () => Promise<void>;
  readonly isUp: () => Promise<boolean>;
  /** Adds simulated nodes. */
  readonly nodes?: (count: number, say: (line: string) => void) => Promise<void>;
}

const verbs: Readonly<Record<string, Verbs>> = {
  kubernetes: {
    up: upKubernetes,
    down: downKubernetes,
    isUp: isKubernetesUp,
    nodes: addNodes,
  },
  docker: { up: upDocker, down: downDocker, isUp: isDockerUp },
  podman: { up: upPodman, down: downPodman, isUp: isPodmanUp },
};

const [, , name = '', verb = 'up', count = ''] = process.argv;
const title = beds.find((bed) => bed.name === name)?.title ?? name;
const started = performance.now();

function say(line: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${title} ${seconds.padStart(6)} s  ${line}\n`);
}

process.exitCode = await carryOut();

async function carryOut(): Promise<number> {
  const bed = verbs[name];
  const isNodes = verb === 'nodes' && bed?.nodes !== undefined && /^[1-9]\d*$/.test(count);
  if (bed === undefined || (!isNodes && !['up', 'down', 'status'].includes(verb))) {
    process.stderr.write(
      'usage: docker|kubernetes|podman [up|down|status], kubernetes nodes COUNT\n',
    );
    return 2;
  }
  try {
    if (verb === 'status') return await tellStatus(bed);
    if (verb === 'nodes') await bed.nodes?.(Number(count), say);
    else await (verb === 'up' ? bed.up(say) : bed.down());
    say(verb === 'down' ? 'is down' : 'is up');
    return 0;
  } catch (error) {
    process.stderr.write(
      `${title}: CANNOT ${verb === 'down' ? 'STOP' : 'START'}: ${reasonOf(error)}\n`,
    );
    if (verb === 'up' && !(error instanceof UnavailableError)) await bed.down().catch(() => {});
    return 1;
  }
}

async function tellStatus(bed: Verbs): Promise<number> {
  const isUp = await bed.isUp();
  say(isUp ? 'is up' : 'is down');
  return isUp ? 0 : 1;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\n', ' | ');
}
