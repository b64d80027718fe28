#!/usr/bin/env node
import module from 'node:module';

// Not in every Node that bowline runs on; where it is, the second start is faster.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's own module, typed without what only newer ones have
const { enableCompileCache } = module as { readonly enableCompileCache?: () => unknown };
enableCompileCache?.();

void (async () => {
  const { main } = await import('../main.ts');
  process.exitCode = await main();
})();
