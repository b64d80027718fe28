/** What the image that a Dockerfile makes is built on; absent where a variable or another file decides. */
export function baseImageOf(dockerfile: string, target: string | undefined): string | undefined {
  const stages = stagesOf(dockerfile);
  const wanted = target?.toLowerCase();
  let stage = wanted === undefined ? stages.at(-1) : stages.find(({ name }) => name === wanted);
  for (let step = 0; stage !== undefined && step < stages.length; step += 1) {
    const { base } = stage;
    const below = stages.find(({ name }) => name === base.toLowerCase());
    if (below === undefined) return base.includes('$') ? undefined : base;
    stage = below;
  }
  return undefined;
}

/** Does an image made from this file say how to ask for its health? */
export function hasHealthcheck(dockerfile: string): boolean {
  return /^\s*HEALTHCHECK\s+(?!NONE\b)/im.test(dockerfile);
}

interface Stage {
  readonly base: string;
  readonly name: string | undefined;
}

function stagesOf(dockerfile: string): readonly Stage[] {
  const form = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim;
  return [...dockerfile.matchAll(form)].map(([, base = '', name]) => ({
    base,
    name: name?.toLowerCase(),
  }));
}
