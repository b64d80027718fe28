import type { Engine } from '../../engine/engine.ts';
import { inspectContainer, listContainers, nameOf, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { jsonLines } from './json-lines.ts';
import { label } from './labels.ts';
import { stateOf } from './observe.ts';
import type { Container, EngineEvent } from './shapes.ts';

type Change = ReturnType<Engine['watch']> extends AsyncIterable<infer Body> ? Body : never;

/** The state of each container of the project now, then each change of it. */
export async function* watch(
  context: DockerContext,
  signal: AbortSignal,
): AsyncGenerator<Change, void, undefined> {
  const filters = {
    type: ['container'],
    label: [`${label.project}=${context.project.name}`, `${label.oneOff}=False`],
  };
  // Before the look at what is there, so that nothing falls between the two.
  const events = await context.api.stream({ path: '/events', query: { filters }, signal });
  const change = (container: Container): Change => ({
    kind: 'replica',
    name: nameOf(container),
    service: serviceOf(container),
    state: stateOf(context, container),
  });
  const said = new Map<string, string>();
  const isNews = (container: Container): boolean => {
    const { state } = change(container);
    const text = JSON.stringify([
      state.kind,
      'health' in state ? state.health.kind : '',
      container.RestartCount,
    ]);
    const before = said.get(container.Id);
    said.set(container.Id, text);
    return before !== text;
  };
  try {
    for (const container of await listContainers(context, signal)) {
      if (isNews(container)) yield change(container);
    }
    for await (const { Actor, Action } of jsonLines<EngineEvent>(events)) {
      if (Action.startsWith('exec_')) continue;
      const container = await inspectContainer(context, Actor.ID, signal);
      if (container !== undefined && isNews(container)) yield change(container);
    }
  } finally {
    events.destroy();
  }
}
