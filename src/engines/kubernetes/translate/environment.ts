import type { ServiceContext } from './context.ts';
import { type Draft, type DraftObject, filled, from } from './draft.ts';
import { escapeForKubelet } from './escape.ts';
import { contentObject } from './content-object.ts';
import { at, type Place } from './place.ts';
import { renameHosts } from './rename-hosts.ts';
import { looksSecret, soundsSecret } from './secret-words.ts';

/** Variables of a container: what anybody may read in place, what is secret by reference. */
export interface ContainerEnvironment {
  readonly env: readonly Draft[] | undefined;
  readonly envFrom: readonly Draft[] | undefined;
  /** The Secret that is referred to. */
  readonly objects: readonly DraftObject[];
  /** Names of variables, by their secret value. */
  readonly secretValues: ReadonlyMap<string, string>;
}

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

/** A Secret can hold these; others are referred to one by one. */
const KEY = /^[-._a-zA-Z0-9]+$/;

export function environmentOf(
  context: ServiceContext,
  further: readonly Draft[] = [],
): ContainerEnvironment {
  const { secret, open } = sorted(context);
  const keys = new Map(secret.map((each, index) => [each.name, keyOf(each.name, index)]));
  const data = secret.map(({ name, value, place }) => ({
    key: keys.get(name) ?? name,
    bytes: new TextEncoder().encode(value),
    places: [place],
  }));
  const object =
    data.length === 0
      ? undefined
      : contentObject('Secret', { base: `${context.name}-env`, data, context });
  const odd = secret.filter(({ name }) => !KEY.test(name));
  const env = [
    ...open.map(({ name, value, place }) => ({
      name,
      value: from(escapeForKubelet(value), place),
    })),
    ...odd.map(({ name }) => ({
      name,
      valueFrom: {
        secretKeyRef: { name: object?.metadata.name, key: keys.get(name) },
      },
    })),
    ...further,
  ];
  return {
    env: filled(env),
    envFrom: object && [{ secretRef: { name: object.metadata.name } }],
    objects: object === undefined ? [] : [object],
    secretValues: new Map(secret.map(({ name, value }) => [value, name])),
  };
}

function sorted(context: ServiceContext): {
  readonly secret: readonly Variable[];
  readonly open: readonly Variable[];
} {
  const { service, place, parent } = context;
  const secret: Variable[] = [];
  const open: Variable[] = [];
  for (const [name, { value: written, isUnclassified }] of service.environment) {
    const value = renameHosts(written, parent, name);
    const variable = { name, value, place: at(place, 'environment', name) };
    if (isUnclassified || (value !== '' && (soundsSecret(name) || looksSecret(value))))
      secret.push(variable);
    else open.push(variable);
  }
  return { secret, open };
}

function keyOf(name: string, index: number): string {
  return KEY.test(name) && name.length <= 253 && !/^\.{1,2}$/.test(name)
    ? name
    : `variable-${index}`;
}
