import type { Plan, Step } from '../../model/step.ts';
import type { ServiceName } from '../../model/project.ts';
import { serviceNamed } from '../../model/service-named.ts';
import { containersOf, numberOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { createReplica, othersOf, removeContainer } from './start-container.ts';

type Start = Extract<Step, { readonly kind: 'start' }>;

/** Milliseconds that an engine has to create, or to remove, one container. */
const PATIENCE_MS = 60_000;

/**
 * Containers that are created while others are waited for, so that what comes after has only to start them. Those whose
 * turn does not come, for something failed before, are removed again.
 */
export class ContainersAhead {
  readonly #context: DockerContext;
  readonly #prepared = new Set<ServiceName>();
  #starts: readonly Start[] = [];
  /** By service and number: the id of what was created; undefined where it was left to the start itself. */
  readonly #created = new Map<string, Promise<string | undefined>>();

  constructor(context: DockerContext) {
    this.#context = context;
  }

  foresee({ steps }: Plan): void {
    this.#starts = steps.flatMap(({ step }) =>
      step.kind === 'start' && step.renew !== true ? [step] : [],
    );
  }

  /** Its image and its volumes are there. */
  prepared(service: ServiceName): void {
    this.#prepared.add(service);
  }

  /** Something is waited for: there is time. */
  begin(): void {
    for (const step of this.#starts) {
      if (!this.#prepared.has(step.service) || this.#created.has(keyOf(step))) continue;
      this.#created.set(
        keyOf(step),
        // The start meets the same trouble, and tells of it.
        this.#create(step).catch(() => undefined),
      );
    }
  }

  /** Its turn has come. */
  async settled(step: Start): Promise<void> {
    const creating = this.#created.get(keyOf(step));
    this.#created.set(keyOf(step), Promise.resolve(undefined));
    await creating;
  }

  async close(): Promise<void> {
    this.#starts = [];
    const left = await Promise.all(this.#created.values());
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await Promise.all(
      left.flatMap((id) =>
        id === undefined
          ? []
          : [removeContainer(this.#context, id, { volumes: true, signal }).catch(() => false)],
      ),
    );
  }

  /** Not where one is there already, nor where it shares something of others, which may not be there yet. */
  async #create({ service: name, number }: Start): Promise<string | undefined> {
    const service = serviceNamed(this.#context.project, name);
    if (othersOf(this.#context, service).length > 0) return undefined;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const present = await containersOf(this.#context, name, signal);
    if (present.some((each) => numberOf(each) === number)) return undefined;
    return createReplica(this.#context, { service, number, signal });
  }
}

function keyOf({ service, number }: Pick<Start, 'service' | 'number'>): string {
  return `${service} ${number}`;
}
