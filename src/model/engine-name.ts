/** Where services run. */
export type EngineName = 'native' | 'docker' | 'kubernetes';

export const engineNames: readonly EngineName[] = ['native', 'docker', 'kubernetes'];

/** The engine that `text` names, if it names one. */
export function parseEngineName(text: string | undefined): EngineName | undefined {
  return engineNames.find((name) => name === text);
}
