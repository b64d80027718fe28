#!/usr/bin/env node
import module from 'node:module';

// Not in every Node that bowline runs on; where it is, the second start is faster.
const { enableCompileCache } = module as { readonly enableCompileCache?: () => unknown };
enableCompileCache?.();

const { main } = await import('../main.ts');
process.exitCode = await main();
