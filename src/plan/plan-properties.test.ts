import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { leavesOf } from '../model/leaves.ts';
import type { Comparison, ObservedReplica } from '../model/observed.ts';
import type { Project, Service } from '../model/project.ts';
import type { Plan, PlannedStep, Step } from '../model/step.ts';
import { planUp } from './plan-up.ts';
import {
  dependsOn,
  exited,
  nothing,
  options,
  project,
  replica,
  running,
  service,
} from './testing/projects.ts';

/** Services that wait for earlier ones. What somebody waits for may be a task that ends, and has one copy. */
const shops: fc.Arbitrary<Project> = fc
  .array(
    fc.record({
      dependencies: fc.array(
        fc.record({ on: fc.nat(), restart: fc.boolean(), health: fc.boolean() }),
        { maxLength: 3 },
      ),
      isTask: fc.boolean(),
      replicas: fc.integer({ min: 1, max: 3 }),
      hasVolume: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => {
    const targets = parts.map(({ dependencies }, index) =>
      index === 0
        ? []
        : [...new Map(dependencies.map((each) => [each.on % index, each]))].map(([on, each]) => ({
            ...each,
            on,
          })),
    );
    const isTask = parts.map(
      (part, index) => part.isTask && targets.flat().some(({ on }) => on === index),
    );
    return fill(
      ...parts.map(({ replicas, hasVolume }, index) =>
        service(`s${index}`, {
          replicas: isTask[index] === true ? 1 : replicas,
          ...(hasVolume && {
            mounts: [
              { kind: 'volume', source: 'data', target: '/d', readOnly: false, at: shopFile },
            ],
          }),
          dependsOn: (targets[index] ?? []).map(({ on, restart, health }) => ({
            ...dependsOn(`s${on}`, conditionOf(isTask[on] === true, health)),
            restart,
          })),
        }),
      ),
    );
  });

const shopFile = { file: '/p/compose.yaml', start: 0, end: 0 };

function conditionOf(isTask: boolean, health: boolean) {
  if (isTask) return 'service_completed_successfully';
  return health ? 'service_healthy' : 'service_started';
}

/** A project whose canonical form has one leaf of each service that matters: its image. */
function fill(...services: readonly Service[]): Project {
  return {
    ...project(...services),
    canonical: {
      services: Object.fromEntries(
        services.map(({ name, fingerprint }) => [name, { image: fingerprint }]),
      ),
    },
  };
}

/** The same project with another image for one service. */
function withChanged(shop: Project, index: number): Project {
  return fill(
    ...shop.services.map((each, at) =>
      at === index ? { ...each, fingerprint: `${each.fingerprint}-2` } : each,
    ),
  );
}

const up = (shop: Project, now: Comparison): Plan => planUp(shop, now, { ...options, wait: true });

/** What an engine would make of the steps, without an engine. Each step takes a millisecond. */
function carriedOut(steps: readonly PlannedStep[], shop: Project, before: Comparison): Comparison {
  let now = before;
  for (const { step } of steps) now = after(step, shop, now);
  return now;
}

function after(step: Step, shop: Project, now: Comparison): Comparison {
  switch (step.kind) {
    case 'create-volume':
      return { ...now, volumes: [...now.volumes, step.volume] };
    case 'start':
      return put(now, {
        ...replica(step.service, { ...running('starting'), startedAtMs: later(now) }, step.number),
        fingerprint: step.fingerprint,
        origin: leavesOf(shop)(step.service),
        createdAtMs: later(now),
      });
    case 'await':
      return {
        ...now,
        replicas: now.replicas.map((each) =>
          each.service === step.service ? settled(each, shop) : each,
        ),
      };
    case 'stop':
    case 'remove':
      return {
        ...now,
        replicas: now.replicas.flatMap((each) => {
          if (each.service !== step.service || each.number !== step.number) return [each];
          return step.kind === 'stop' ? [{ ...each, state: exited(143) }] : [];
        }),
      };
    case 'create-network':
      return { ...now, networks: [...(now.networks ?? []), step.network] };
    case 'remove-network':
      return { ...now, networks: (now.networks ?? []).filter((name) => name !== step.network) };
    case 'prepare':
    case 'prune':
    case 'release-task':
    case 'end-task':
      return now;
    case 'remove-volume':
      return { ...now, volumes: now.volumes.filter((name) => name !== step.volume) };
  }
}

function settled(each: ObservedReplica, shop: Project): ObservedReplica {
  const isTask = shop.services.some(({ dependsOn: dependencies }) =>
    dependencies.some(
      ({ service: name, condition }) =>
        name === each.service && condition === 'service_completed_successfully',
    ),
  );
  if (isTask) return { ...each, state: { ...exited(0), finishedAtMs: each.createdAtMs } };
  const { state } = each;
  return state.kind === 'running'
    ? { ...each, state: { ...state, health: { kind: 'healthy' } } }
    : each;
}

function put(now: Comparison, fresh: ObservedReplica): Comparison {
  const others = now.replicas.filter(({ name }) => name !== fresh.name);
  return { ...now, replicas: [...others, fresh] };
}

function later({ replicas }: Comparison): number {
  return Math.max(0, ...replicas.map(({ createdAtMs }) => createdAtMs)) + 1;
}

/** Some order that the plan allows: a step is taken when those before it are done. */
function ordered({ steps }: Plan, picks: readonly number[]): readonly PlannedStep[] {
  const left = [...steps];
  const taken: PlannedStep[] = [];
  for (let round = 0; left.length > 0; round += 1) {
    const ready = left.filter(({ after: before }) =>
      before.every((id) => taken.some((each) => each.id === id)),
    );
    const next = ready[(picks[round] ?? 0) % Math.max(1, ready.length)];
    if (next === undefined) throw new Error('the plan waits for itself');
    taken.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return taken;
}

const picks = fc.array(fc.nat(), { maxLength: 40 });
const touched = ({ steps }: Plan): ReadonlySet<string> =>
  new Set(steps.flatMap(({ step }) => ('service' in step ? [step.service] : [])));

test('for any project, planning after all was done is empty', () => {
  fc.assert(
    fc.property(shops, picks, (shop, order) => {
      const plan = up(shop, nothing);
      const now = carriedOut(ordered(plan, order), shop, nothing);
      expect(up(shop, now).steps).toEqual([]);
      expect(now.replicas.length).toBe(
        shop.services.reduce((sum, { replicas }) => sum + replicas, 0),
      );
    }),
  );
});

test('for any project, each step comes after those that it waits for', () => {
  fc.assert(
    fc.property(shops, (shop) => {
      const seen = new Set<string>();
      for (const { id, after: before } of up(shop, nothing).steps) {
        expect(before.filter((each) => !seen.has(each))).toEqual([]);
        seen.add(id);
      }
    }),
  );
});

test('for any project and order, a service starts when what it waits for is as it must be', () => {
  fc.assert(
    fc.property(shops, picks, (shop, order) => {
      let now = nothing;
      for (const { step } of ordered(up(shop, nothing), order)) {
        expect(step.kind === 'start' ? missing(step.service, shop, now) : []).toEqual([]);
        now = after(step, shop, now);
      }
    }),
  );
});

/** What `name` waits for and what is not as it must be. */
function missing(name: string, { services }: Project, { replicas }: Comparison): readonly string[] {
  const dependencies = services.find((each) => each.name === name)?.dependsOn ?? [];
  return dependencies.flatMap((each) => {
    const copies = replicas.filter(({ service: its }) => its === each.service);
    const met = copies.length > 0 && copies.every(({ state }) => isMet(state, each.condition));
    return met ? [] : [each.service];
  });
}

function isMet(state: ObservedReplica['state'], condition: string): boolean {
  if (condition === 'service_completed_successfully') return state.kind === 'exited';
  if (state.kind !== 'running') return false;
  return condition === 'service_started' || state.health.kind === 'healthy';
}

test('for any project, a changed value touches its service and those that must follow it, and says why', () => {
  fc.assert(
    fc.property(shops, fc.nat(), (shop, pick) => {
      const index = pick % shop.services.length;
      const now = carriedOut(up(shop, nothing).steps, shop, nothing);
      const changed = withChanged(shop, index);
      const plan = up(changed, now);
      const must = new Set([`s${index}`]);
      for (const { name, dependsOn: dependencies } of changed.services) {
        if (dependencies.some((each) => each.restart && must.has(each.service))) must.add(name);
      }
      expect(touched(plan)).toEqual(must);
      const start = plan.steps.find(({ id }) => id === `start s${index} 1`);
      expect(start?.changes).toEqual([
        { at: 'image', before: `f-s${index}`, after: `f-s${index}-2` },
      ]);
      expect(up(changed, carriedOut(plan.steps, changed, now)).steps).toEqual([]);
    }),
  );
});

test('for any project, killed after any step and planned again, only what is left is done', () => {
  fc.assert(
    fc.property(shops, picks, fc.tuple(fc.nat(), fc.nat()), (shop, order, [pick, kill]) => {
      const before = carriedOut(up(shop, nothing).steps, shop, nothing);
      for (const [wanted, from] of [
        [shop, nothing],
        [withChanged(shop, pick % shop.services.length), before],
      ] as const) {
        const steps = ordered(up(wanted, from), order);
        const done = steps.slice(0, kill % (steps.length + 1));
        const now = carriedOut(done, wanted, from);
        const rest = up(wanted, now);
        const starts = new Set(done.flatMap(({ id, step }) => (step.kind === 'start' ? [id] : [])));
        expect(rest.steps.filter(({ id }) => starts.has(id))).toEqual([]);
        const planned = new Set(steps.map(({ id }) => id));
        expect(rest.steps.filter(({ id }) => !planned.has(id))).toEqual([]);
        const end = carriedOut(rest.steps, wanted, now);
        expect(up(wanted, end).steps).toEqual([]);
        expect(fingerprints(end)).toEqual(fingerprints(carriedOut(steps, wanted, from)));
        expect(stillToFollow(wanted, end)).toEqual([]);
      }
    }),
  );
});

function fingerprints({ replicas }: Comparison): readonly string[] {
  return replicas.map(({ name, fingerprint }) => `${name} ${fingerprint}`).toSorted();
}

/** Services that asked to be restarted with another one, and run since before it was made. */
function stillToFollow({ services }: Project, { replicas }: Comparison): readonly string[] {
  return services.flatMap(({ name, dependsOn: dependencies }) => {
    const started = replicas.flatMap(({ service: its, state }) =>
      its === name ? timesOf(state) : [],
    );
    const made = dependencies
      .filter(({ restart }) => restart)
      .flatMap((each) => replicas.filter(({ service: its }) => its === each.service))
      .map(({ createdAtMs }) => createdAtMs);
    return Math.min(...started) < Math.max(...made) ? [name] : [];
  });
}

function timesOf(state: ObservedReplica['state']): readonly number[] {
  if (state.kind === 'running') return [state.startedAtMs];
  return state.kind === 'exited' ? [state.finishedAtMs] : [];
}
