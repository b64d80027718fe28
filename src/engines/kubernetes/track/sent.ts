import { idOf, keyOf, type KubernetesObject } from '../object.ts';

/** What the cluster answered when objects were changed: who sees an older version of one has not seen the change yet. */
export class Sent {
  readonly #answers = new Map<string, KubernetesObject>();

  note(answer: KubernetesObject): void {
    this.#answers.set(keyOf(idOf(answer)), answer);
  }

  isOlder(seen: KubernetesObject): boolean {
    const answer = this.#answers.get(keyOf(idOf(seen)));
    if (answer === undefined) return false;
    const { uid, generation = 0 } = answer.metadata;
    return seen.metadata.uid !== uid || (seen.metadata.generation ?? 0) < generation;
  }
}
